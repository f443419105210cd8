"""Every return gets an answer: its own workbook marked up, the lists, a message without project data."""

import csv
import errno
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from answered import (
    answer_folders,
    answer_workbook,
    ledger_rows,
    load_and_answer,
    reply,
)
from grids import a_file
from homes import a_home, drop
from openpyxl import load_workbook

from pipelines.feedback import answers
from pipelines.feedback.prefill import Prefill
from pipelines.feedback.templates import build_template
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.problems import OperatorError
from pipelines.workbooks.own_sheets import ANSWER_SHEET, MARK_SHEET, RULES_SHEET

LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 年度计划投资
滨河路 | 5000 | 2000
三纬路 | 3000 | 1000
"""
REPORT = """
2019年6月进展情况表（单位：万元）
填报单位：甲镇
项目名称 | 本月完成投资 | 本年累计完成投资 | 备注
滨河路 | 5 | 10 |
三纬路 | 7 | 20 |
"""
NOW = datetime(2019, 7, 5, 18)
EARLIER = NOW - timedelta(hours=2)
WRONG = {"C4": "约10", "B5": "-3"}
DOUBTFUL = {"B4": "15"}  # more in the month than in the year so far


@pytest.fixture
def home(tmp_path):
    made = a_home(tmp_path / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), EARLIER)
    return made


def send(home, changes, at=NOW, name="6月进展.xlsx"):
    drop(home, f"jia/{name}", a_file(REPORT, changes), at - timedelta(hours=1))
    load_and_answer(home, at)
    return answer_folders(home, "jia")[-1]


def findings_in(folder):
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["rule_id"], row["cell"], row["severity"]) for row in csv.DictReader(file)]


def test_a_refused_return_comes_back_with_its_wrong_cells_coloured_and_explained(home):
    folder = send(home, WRONG)
    book = load_workbook(answer_workbook(folder))
    assert book.sheetnames[0] == ANSWER_SHEET
    assert {RULES_SHEET, MARK_SHEET} <= set(book.sheetnames)
    sheet = book["Sheet1"]
    for cell in ("C4", "B5"):
        assert sheet[cell].fill.fill_type == "solid", cell
        assert "请" in sheet[cell].comment.text, cell
    assert sheet["C5"].fill.fill_type is None
    assert sheet["C4"].value == "约10"


def test_the_lists_name_every_finding_at_its_cell(home):
    folder = send(home, WRONG)
    assert sorted(findings_in(folder)) == [
        ("GEN-204", "C4", "error"), ("PRG-201", "B5", "error"),
    ]  # fmt: skip
    text = (folder / "findings.json").read_text("utf-8")
    entries = json.loads(text)
    assert text == json.dumps(entries, ensure_ascii=False, indent=1)
    failed = {e["rule"]["description"].split()[0] for e in entries if e["value"] == "0"}
    assert failed == {"GEN-204", "PRG-201"}
    open_rules = {e["rule"]["description"].split()[0] for e in entries if e["value"] == "NA"}
    assert "PRG-202" in open_rules


def test_the_list_has_the_shape_of_the_european_validation_report(home):
    entries = json.loads((send(home, WRONG) / "findings.json").read_text("utf-8"))
    assert entries
    for entry in entries:
        assert entry["type"] == "validation"
        assert {"time", "actor"} <= entry["event"].keys()
        assert {"language", "expression", "severity"} <= entry["rule"].keys()
        assert entry["rule"]["severity"] in ("error", "warning", "information")
        assert entry["value"] in ("0", "1", "NA")
        for end in ("source", "target"):
            assert entry["data"][end]
            assert all(isinstance(key, str) for key in entry["data"][end])


def test_the_message_counts_and_says_what_to_do_and_names_no_project(home):
    message = (send(home, WRONG) / "message.txt").read_text("utf-8")
    assert "甲镇" in message
    assert "已退回" in message
    assert "2 处错误" in message
    assert "截止时间：2019年7月5日" in message
    assert "滨河路" not in message
    assert "三纬路" not in message


def test_a_clean_return_is_told_that_it_is_accepted(home):
    folder = send(home, {})
    assert "已受理" in (folder / "message.txt").read_text("utf-8")
    assert findings_in(folder) == []
    assert load_workbook(answer_workbook(folder))["Sheet1"]["C4"].value == 10


def test_a_refused_resubmission_replaces_nothing_and_says_so(home):
    send(home, {})
    folder = send(home, WRONG, NOW + timedelta(days=1))
    assert "第 1 版继续有效" in (folder / "message.txt").read_text("utf-8")


def test_an_identical_resubmission_replaces_nothing_and_says_so(home):
    send(home, {})
    folder = send(home, {}, NOW + timedelta(days=1))
    assert "与有效版本相同" in (folder / "message.txt").read_text("utf-8")
    assert "第 1 版继续有效" in (folder / "message.txt").read_text("utf-8")


def test_a_file_that_cannot_be_read_is_answered_with_a_fresh_workbook(home):
    drop(home, "jia/进展.xlsx", b"%PDF-1.7", EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    book = load_workbook(answer_workbook(folder))
    assert book.sheetnames[0] == ANSWER_SHEET
    assert "PDF" in "".join(str(c.value) for row in book[ANSWER_SHEET] for c in row if c.value)


def test_an_old_format_is_answered_with_a_copy_of_its_rows_at_the_same_cells(home):
    drop(home, "jia/进展.xls", a_file(REPORT, WRONG, ending=".xls"), EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    path = answer_workbook(folder)
    sheet = load_workbook(path)["Sheet1"]
    assert path.suffix == ".xlsx"
    assert (sheet["A4"].value, sheet["C4"].value) == ("滨河路", "约10")
    assert sheet["C4"].fill.fill_type == "solid"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_answered_with_a_copy_of_its_rows(home, encoding):
    text = "2019年6月进展情况表,,\n项目名称,本月完成投资,备注\n滨河路,约10,=1+1\n"
    drop(home, "jia/进展.csv", text.encode(encoding), EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    sheet = load_workbook(answer_workbook(folder))["原件"]
    assert [cell.value for cell in sheet[3]] == ["滨河路", "约10", "'=1+1"]


def test_the_message_says_which_file_it_is_about_where_nothing_else_does(home):
    drop(home, "jia/进展.xlsx", b"%PDF-1.7", EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    assert "文件：进展.xlsx" in (folder / "message.txt").read_text("utf-8")


def test_open_questions_have_a_deadline(home):
    message = (send(home, DOUBTFUL) / "message.txt").read_text("utf-8")
    assert "报送截止时间：2019年7月5日24时；疑问请在此之前说明。" in message


def test_a_submitters_sheet_named_like_ours_is_copied_under_another_name(home):
    drop(home, "jia/进展.xlsx", a_file(REPORT, WRONG, name=ANSWER_SHEET), EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    book = load_workbook(answer_workbook(folder))
    assert book[f"{ANSWER_SHEET}（原表）"]["C4"].fill.fill_type == "solid"
    assert book.sheetnames[0] == ANSWER_SHEET


def test_a_file_that_breaks_the_marking_does_not_keep_the_others_from_their_answers(
    home, monkeypatch
):
    told = answers.answer_worker.plan_out

    def broken(plan):
        return {} if "甲镇" in dict(plan.facts).values() else told(plan)

    monkeypatch.setattr(answers.answer_worker, "plan_out", broken)
    folder = send(home, WRONG)
    assert load_workbook(answer_workbook(folder)).sheetnames[0] == ANSWER_SHEET
    assert answer_workbook(answer_folders(home, "fagai")[0]).exists()


def test_a_disk_without_room_for_answers_is_told_in_one_line(home, monkeypatch):
    def full(_path, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    drop(home, "jia/6月进展.xlsx", a_file(REPORT), EARLIER)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OperatorError, match="No space left on device"):
        load_and_answer(home, NOW)
    monkeypatch.undo()
    load_and_answer(home, NOW)
    assert answer_workbook(answer_folders(home, "jia")[0]).exists()


def test_what_starts_a_formula_is_a_text_everywhere(home):
    folder = send(home, {"C4": "=cmd()+1 -> 10", "A5": "'=A1+三纬路"})
    assert "=A1+三纬路" in (folder / "findings.csv").read_text("utf-8-sig")
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [value for row in csv.reader(file) for value in row]
    assert not [value for value in cells if value.startswith(("=", "+", "@", "\t"))]
    listed = load_workbook(answer_workbook(folder))[ANSWER_SHEET]
    written = [str(c.value) for row in listed for c in row if c.value is not None]
    assert not [value for value in written if value.startswith(("=", "+", "@"))]


def open_questions(home):
    return ledger_rows(home, "select count(*) from raw.open_questions")[0][0]


def test_a_reply_is_read_and_closes_the_question(home):
    folder = send(home, DOUBTFUL)
    assert findings_in(folder) == [("PRG-202", "B4", "warning")]
    assert open_questions(home) == 1
    answered = reply(answer_workbook(folder), {0: ("补报以前月份的数", "含去年十二月")})
    later = NOW + timedelta(days=1)
    drop(home, "jia/6月进展（校验意见）.xlsx", answered, later - timedelta(hours=1))
    load_and_answer(home, later)
    assert open_questions(home) == 0
    assert ledger_rows(home, "select reason, note from raw.finding_replies") == [
        ("补报以前月份的数", "含去年十二月"),
        ("补报以前月份的数", "含去年十二月"),
    ]
    second = answer_folders(home, "jia")[-1]
    assert findings_in(second) == [("PRG-202", "B4", "warning")]
    assert answer_workbook(second).name == "6月进展（校验意见）.xlsx"
    assert load_workbook(answer_workbook(second)).sheetnames.count(ANSWER_SHEET) == 1


def test_a_reply_is_carried_forward_while_the_value_is_unchanged(home):
    folder = send(home, DOUBTFUL)
    answered = reply(answer_workbook(folder), {0: ("数据无误，情况属实", "")})
    drop(home, "jia/答复.xlsx", answered, NOW)
    load_and_answer(home, NOW + timedelta(days=1))
    send(home, DOUBTFUL | {"D4": "补充"}, NOW + timedelta(days=2))
    assert open_questions(home) == 0
    send(home, DOUBTFUL | {"B4": "16"}, NOW + timedelta(days=3))
    assert open_questions(home) == 1


def test_a_reply_of_another_unit_closes_nothing(home):
    folder = send(home, DOUBTFUL)
    answered = reply(answer_workbook(folder), {0: ("数据无误，情况属实", "")})
    drop(home, "yi/答复.xlsx", answered, NOW)
    load_and_answer(home, NOW + timedelta(days=1))
    assert open_questions(home) == 1


def test_a_corrected_answer_workbook_comes_back_unmarked(home):
    folder = send(home, WRONG)
    path = answer_workbook(folder)
    book = load_workbook(path)
    book["Sheet1"]["C4"].value = 10
    book["Sheet1"]["B5"].value = 3
    corrected = home.root / "corrected.xlsx"
    book.save(corrected)
    drop(home, "jia/6月进展（校验意见）.xlsx", corrected.read_bytes(), NOW)
    load_and_answer(home, NOW + timedelta(days=1))
    again = load_workbook(answer_workbook(answer_folders(home, "jia")[-1]))["Sheet1"]
    assert again["C4"].comment is None
    assert again["C4"].fill.fill_type is None


def test_an_answer_missing_after_a_crash_is_written_by_the_next_run(home):
    drop(home, "jia/6月进展.xlsx", a_file(REPORT, WRONG), EARLIER)
    load_returns(home, read_catalogue(home), NOW, lambda _stage, _done, _all: None)
    assert not answer_folders(home, "jia")[0].exists()
    load_and_answer(home, NOW + timedelta(hours=1))
    assert findings_in(answer_folders(home, "jia")[0])


def test_a_return_on_an_old_template_gets_the_new_one_filled_with_what_was_accepted_this_time(
    home, monkeypatch
):
    progress = next(f for f in read_catalogue(home).forms if f.form_id == "progress_report")
    filled = build_template(progress, "jia", "甲镇", "2019-06", Prefill())
    book = load_workbook(io.BytesIO(filled))
    sheet = book.worksheets[0]
    sheet["B4"].value, sheet["C4"].value, sheet["E4"].value = None, "滨河路", 10
    book["_taizhang"]["B3"].value = "0"
    written = io.BytesIO()
    book.save(written)
    drop(home, "jia/6月进展.xlsx", written.getvalue(), EARLIER)
    load_and_answer(home, NOW)
    (folder,) = answer_folders(home, "jia")
    assert "GEN-013" in {rule for rule, _, _ in findings_in(folder)}
    new = load_workbook(folder / "新模板_2019年6月重点项目进展情况表.xlsx").worksheets[0]
    assert new["A2"].value == "填报单位：甲镇"


def test_an_answered_question_is_told_as_answered(home):
    folder = send(home, DOUBTFUL)
    assert "1 处疑问。" in (folder / "message.txt").read_text("utf-8")
    drop(
        home, "jia/答复.xlsx", reply(answer_workbook(folder), {0: ("数据无误，情况属实", "")}), NOW
    )
    load_and_answer(home, NOW + timedelta(days=1))
    message = (answer_folders(home, "jia")[-1] / "message.txt").read_text("utf-8")
    assert "1 处疑问（疑问中 1 处已有说明）" in message
