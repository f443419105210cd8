"""A return is answered while the marts are being built; what it changes is published by the next load."""

from datetime import datetime
from io import BytesIO

import pytest
from answered import answer_folders, answer_workbook
from chengde import Replay, taizhang
from homes import drop
from openpyxl import load_workbook

from pipelines.lock import only_builder
from pipelines.orchestration.running import run_load
from pipelines.settings import Home

pytestmark = pytest.mark.xdist_group("chengde")
LATER = "2020-01-20T18:00:00"


def resend(replay: Replay, change: str) -> Home:
    """The city office's last month once more, with one of its figures changed."""
    home = Home(replay.home)
    ((sha256, sheet, cell),) = replay.ask(
        "select s.sha256, l.sheet, l.cell from marts.fct_submissions as s"
        " inner join marts.fct_lineage as l on s.receipt_id = l.receipt_id"
        " where s.unit_code = 'chengguan' and s.period = '2019-12'"
        " and l.table_name = 'fct_investment' and l.column_name = 'investment_ytd_wanyuan'"
        " order by l.cell limit 1"
    )
    book = load_workbook(BytesIO((home.archive / sha256[:2] / sha256).read_bytes()))
    book[sheet][cell].value = change
    path = home.root / "resent.xlsx"
    book.save(path)
    drop(home, "chengguan/12月更正.xlsx", path.read_bytes(), datetime(2020, 1, 20, 12))
    return home


def test_an_answer_does_not_wait_for_a_build(copy_of_chengde: Replay) -> None:
    before = copy_of_chengde.ask("select count(*) from marts.fct_submissions")
    home = resend(copy_of_chengde, "约九十")
    said: list[str] = []
    with only_builder(home, 0, said.append):
        result = run_load(home.root, LATER, lambda _s, _d, _a: None, said.append, "answer")
    assert result.failure is None
    assert result.outcome is not None and result.outcome.receipts == {"refused": 1}
    assert result.answers == 1
    folder = answer_folders(home, "chengguan")[-1]
    assert "已退回" in (folder / "message.txt").read_text("utf-8")
    assert load_workbook(answer_workbook(folder)).sheetnames[0] == "校验意见"
    assert copy_of_chengde.ask("select count(*) from marts.fct_submissions") == before


def test_what_was_answered_is_published_by_the_next_load_and_the_audit_holds_in_between(
    copy_of_chengde: Replay,
) -> None:
    home = resend(copy_of_chengde, "约九十")
    drop(home, "nobody/x.xlsx", (home.root / "resent.xlsx").read_bytes(), datetime(2020, 1, 20, 12))
    run_load(home.root, LATER, lambda _s, _d, _a: None, lambda _t: None, "answer")
    between = taizhang("audit", "--home", home.root)
    assert between.returncode == 0, between.stdout
    done = taizhang("load", "--home", home.root, "--now", "2020-01-21T06:30:00")
    assert done.returncode == 0, done.stderr
    states = copy_of_chengde.ask(
        "select status, state, error_count from marts.fct_submissions"
        " where file_name = '12月更正.xlsx'"
    )
    assert [row[:2] for row in states] == [("refused", "refused")]
    assert states[0][2] >= 1
