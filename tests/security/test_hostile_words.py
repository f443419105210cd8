"""A submitter writes what is meant to do harm where it is shown: it is kept, it is shown, and it does nothing."""

import io
import json
import logging
import os
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from answered import ledger_rows, load_and_answer
from grids import a_file
from homes import a_home, drop
from hostile import (
    FILE_NAMES,
    HARMFUL,
    WORDS,
    cells_of_csv,
    files_below,
    live_formulas,
    would_calculate,
)
from openpyxl import Workbook

from pipelines.operations.log_files import LineFormatter
from pipelines.settings import Home
from pipelines.terminal import PlainConsole, load_as_json, show_load
from pipelines.text import printable_json

NOW = datetime(2019, 7, 5, 18)
EARLIER = NOW - timedelta(hours=2)
LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
"""
SHEETS = ("=1+1", "路'!A1", "'<x>&\"", "路\u202e倒", "{{ x }} %s")


def a_hostile_return() -> bytes:
    """A progress report of projects nobody knows, with harmful words wherever a text may stand."""
    book = Workbook()
    page = book.active
    page.title = "路'!A1"
    page.append(["2019年6月进展情况表（单位：万元）"])
    page.append(["填报单位：甲镇"])
    page.append(
        ["项目名称", "本月完成投资", "本年累计完成投资", "备注", "存在问题", "实际开工时间"]
    )
    for number, word in enumerate(WORDS, 4):
        written = word.replace("\x1b", "_x001B_").replace("\x07", "_x0007_")
        for column, text in enumerate(
            (f"{written} {number}", "约10", written, written, written, written), 1
        ):
            page.cell(number, column).value = text
            page.cell(number, column).data_type = "s"
    for name in SHEETS:
        cell = book.create_sheet(name)["A1"]
        cell.value = name
        cell.data_type = "s"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A home into which everything was dropped, in a unit's folder and in folders of no unit."""
    home = a_home(tmp_path_factory.mktemp('ho\'me; "x" [red] 中') / "home")
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), EARLIER)
    data = a_hostile_return()
    for number, name in enumerate(FILE_NAMES):
        inside = name.replace("/", "_")
        drop(
            home,
            f"jia/{inside}",
            data + b"" if number == 0 else a_file(LEDGER, {"A3": f"路{number}"}),
            EARLIER,
        )
    for folder in ("没有\n这个单位", "[red]x", "'; drop table raw.receipts; --"):
        drop(home, f"{folder}/=1.xlsx", data, EARLIER)
    no_text = os.fsdecode(b"\xb1\xa8\xb1\xed\xff.csv")
    drop(home, f"jia/{no_text}", "项目名称,总投资\n=1+1,5\n".encode("gb18030"), EARLIER)
    outcome = load_and_answer(home, NOW)
    return home, outcome


def answers_of(home: Home):
    folders = [path for path in home.feedback.glob("*/*") if path.is_dir()]
    assert folders
    return folders


def test_every_file_has_an_end_state_and_an_answer(attacked):
    home, _ = attacked
    states = ledger_rows(home, "select receipt_id, status from raw.receipts")
    assert len(states) == len(FILE_NAMES) + 5
    assert {status for _, status in states} <= {
        "accepted", "accepted_with_warnings", "refused", "duplicate",
    }  # fmt: skip
    assert {folder.name for folder in answers_of(home)} == {receipt for receipt, _ in states}
    for folder in answers_of(home):
        kinds = sorted(path.suffix for path in folder.iterdir())
        assert kinds in (
            [".csv", ".json", ".txt", ".xlsx"],
            [".csv", ".json", ".txt", ".xlsx", ".xlsx"],
        )


def test_what_was_written_is_kept_as_it_was_written(attacked):
    home, _ = attacked
    kept = {text for (text,) in ledger_rows(home, "select raw_text from raw.cells")}
    for word in ('=HYPERLINK("http://evil.example","点我")', "路'); drop table raw.receipts; --"):
        assert word in kept


def test_no_file_that_goes_back_has_a_name_that_harms(attacked):
    home, _ = attacked
    for folder in answers_of(home):
        for path in folder.iterdir():
            assert not HARMFUL.search(path.name)
            assert "\n" not in path.name
            assert not set(path.name) & set('<>:"/\\|?*')
            assert len(os.fsencode(path.name)) <= 255
            assert path.name.split(".")[0].upper() != "CON"


def test_no_workbook_that_goes_back_calculates_what_was_written(attacked):
    home, _ = attacked
    found = [
        f"{path.name}: {formula}"
        for path in files_below(home.feedback)
        if path.suffix == ".xlsx"
        for formula in live_formulas(path.read_bytes())
    ]
    assert found == []


def test_no_list_that_goes_back_starts_a_formula_however_it_is_parted(attacked):
    home, _ = attacked
    lists = [path for path in files_below(home.feedback) if path.name == "findings.csv"]
    assert any(len(path.read_bytes()) > 2_000 for path in lists)
    found = [
        cell for path in lists for cell in cells_of_csv(path.read_bytes()) if would_calculate(cell)
    ]
    assert found == []


def test_lists_for_programs_stay_valid_and_printable(attacked):
    home, _ = attacked
    for path in files_below(home.feedback):
        if path.suffix == ".json":
            text = path.read_text("utf-8")
            assert json.loads(text)
            assert not HARMFUL.search(text)


def test_messages_are_lines_of_ours_alone(attacked):
    home, _ = attacked
    for path in files_below(home.feedback):
        if path.name == "message.txt":
            text = path.read_text("utf-8")
            assert not HARMFUL.search(text)
            assert all(not line.startswith("伪造的一行") for line in text.splitlines())


def test_the_terminal_shows_and_does_not_obey(attacked, capsys):
    home, outcome = attacked
    result = SimpleNamespace(
        outcome=outcome, release=None, answers=0, unmarked=0, deliveries=None, seconds={},
        failure="=1\x1b[31m[/red]\u202e",
    )  # fmt: skip
    show_load(PlainConsole(), result, home)
    print(printable_json(load_as_json(result), indent=2))
    printed = capsys.readouterr().out
    assert not HARMFUL.search(printed)
    assert "[red]x" in printed
    assert r"=1\x1b[31m[/red]\u202e" in printed
    assert not any(line.startswith("伪造的一行") for line in printed.splitlines())


def test_a_log_record_cannot_pass_for_two():
    record = logging.LogRecord(
        "taizhang",
        logging.INFO,
        "",
        0,
        "file %s",
        ("路\n2099-01-01 ERROR 伪造\r\x1b[2K\u202e",),
        None,
    )
    line = LineFormatter("Asia/Shanghai").format(record)
    assert "\n" not in line and json.loads(line)["message"].startswith("file 路\n2099-01-01")
    assert json.loads(line)["level"] == "INFO"
    assert not HARMFUL.search(line)
