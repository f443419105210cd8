"""One quick run: received, judged, answered, told; what a person has to mend is said in words."""

from datetime import datetime, timedelta

import pytest
from answered import answer_folders, ledger_rows
from grids import a_file
from homes import a_home, drop

from pipelines.orchestration.quick import answer_now

NOW = datetime(2019, 7, 5, 18)
LEDGER = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000"
REPORT = """
2019年6月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资
滨河路 | 约5 | 10
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIZHANG_NOW", NOW.isoformat())
    made = a_home(tmp_path / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(hours=5))
    drop(made, "jia/进展.xlsx", a_file(REPORT), NOW - timedelta(hours=4))
    return made


def test_everything_that_arrived_is_answered_and_told(home):
    result = answer_now(home, lambda _text: None)
    assert result.failure is None
    assert result.outcome.receipts == {"accepted": 1, "refused": 1}
    assert (result.answers, result.unmarked, result.release) == (2, 0, None)
    assert "已退回" in (answer_folders(home, "jia")[0] / "message.txt").read_text("utf-8")
    assert ledger_rows(home, "select count(*) from raw.outbox where kind = 'receipt'") == [(2,)]
    assert home.ledger_snapshot.exists()
    assert not home.unanswered_mark.exists()


def test_a_fault_of_the_districts_tables_is_said_and_nothing_is_taken(home):
    (home.config / "units.csv").write_text("unit_code\n", "utf-8")
    result = answer_now(home, lambda _text: None)
    assert "units.csv" in result.failure
    assert (home.inbox / "jia" / "进展.xlsx").exists()


def test_an_interrupted_answer_leaves_its_mark_for_the_next_run(home, monkeypatch):
    from pipelines.orchestration import answers

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(answers, "write_answers", full)
        assert "No space left" in answer_now(home, lambda _text: None).failure
    assert home.unanswered_mark.exists()
    assert answer_now(home, lambda _text: None).answers == 2
    assert not home.unanswered_mark.exists()
