"""One pass from inbox to versions in force: idempotent, and what was interrupted is finished."""

from datetime import datetime, timedelta

import pytest
from grids import a_file
from homes import a_home, drop

from pipelines.database import open_read_only
from pipelines.intake.inbox import complete_files
from pipelines.ledger import loading
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.ledger.receipts import begin_load, take_files
from pipelines.ledger.work_database import open_work_database
from pipelines.problems import OperatorError

NOW = datetime(2019, 7, 5, 18)
EARLIER = NOW - timedelta(days=1)
LEDGER = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000"
REPORT = "2019年6月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n滨河路 | 10"


@pytest.fixture
def home(tmp_path):
    made = a_home(tmp_path / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), EARLIER)
    drop(made, "jia/进展.xlsx", a_file(REPORT), EARLIER)
    return made


def load(home, now=NOW):
    return load_returns(home, read_catalogue(home), now, lambda _stage, _done, _all: None)


def tables(home):
    """Every table of the ledger, as rows."""
    with open_read_only(home.work_database) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in ('raw', 'config', 'reference')"
        ).fetchall()
        return {
            f"{schema}.{name}": connection.execute(f"from {schema}.{name} order by all").fetchall()
            for schema, name in names
        }


def test_a_load_takes_what_arrived_and_tells_what_became_of_it(home):
    drop(home, "jia/坏.xlsx", b"not a workbook", EARLIER)
    outcome = load(home)
    assert outcome.receipts == {"accepted": 2, "refused": 1}
    assert outcome.rows_by_form == {"project_ledger": 1, "progress_report": 1}
    assert [(unit, name) for unit, name, _ in outcome.refused] == [("jia", "坏.xlsx")]
    assert set(outcome.seconds) >= {"receive", "read", "validate", "decide"}


def test_a_second_load_of_an_empty_inbox_changes_no_return(home):
    load(home)
    before = tables(home)
    again = load(home, NOW + timedelta(hours=1))
    after = tables(home)
    assert again.receipts == {}
    assert before.pop("raw.loads") != after.pop("raw.loads")
    assert before == after


def test_a_load_interrupted_after_the_receipts_is_finished_by_the_next(home):
    catalogue = read_catalogue(home)
    files = complete_files(home.inbox, NOW, "Asia/Shanghai")
    with open_work_database(home, catalogue.forms) as connection:
        load_id = begin_load(connection, NOW)
        take_files(connection, home, files, load_id, NOW, "Asia/Shanghai")
    load(home, NOW + timedelta(hours=1))
    states = {row[11] for row in tables(home)["raw.receipts"]}
    assert states == {"accepted"}


def test_a_load_interrupted_while_judging_gives_the_same_tables_as_one_that_was_not(
    home, tmp_path, monkeypatch
):
    whole = a_home(tmp_path / "whole")
    for path in sorted(home.inbox.rglob("*.xlsx")):
        drop(whole, path.relative_to(home.inbox).as_posix(), path.read_bytes(), EARLIER)
    load(whole)

    class PowerFailedError(Exception):
        pass

    def fail(stage, _done, _all):
        if stage == "decide":
            raise PowerFailedError

    with pytest.raises(PowerFailedError):
        load_returns(home, read_catalogue(home), NOW, fail)
    load(home)
    resumed, straight = tables(home), tables(whole)
    for name in ("raw.loads", "raw.receipts", "raw.rule_outcomes"):  # which load it was
        assert len(resumed.pop(name)) >= len(straight.pop(name))
    assert resumed == straight


def test_a_clock_set_back_takes_nothing_from_the_inbox(home):
    load(home)
    drop(home, "jia/后.xlsx", a_file(REPORT), EARLIER - timedelta(days=9))
    with pytest.raises(OperatorError, match="before the last one"):
        load(home, NOW - timedelta(days=1))
    assert [path.name for path in home.inbox.rglob("*.xlsx")] == ["后.xlsx"]


def test_a_file_of_an_unregistered_folder_is_refused_and_kept(home):
    drop(home, "nobody/进展.xlsx", a_file(REPORT.replace("6月", "5月")), EARLIER)
    outcome = load(home)
    assert outcome.receipts == {"accepted": 2, "refused": 1}
    assert "nobody" in outcome.refused[0][2]


def test_a_broken_file_does_not_end_the_load_of_the_others(home):
    whole = bytearray(a_file(REPORT.replace("6月", "5月")))
    for place in (60, 200, 500, 900, 1500):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        drop(home, f"jia/坏{place}.xlsx", bytes(broken), EARLIER)
    assert load(home).receipts["accepted"] >= 2


def test_a_return_the_product_cannot_cope_with_is_refused_and_keeps_nobody_elses_back(
    home, monkeypatch
):
    drop(home, "yi/怪.xlsx", a_file(REPORT.replace("滨河路", "怪项目")), EARLIER)
    judged = loading.judge_batch

    def fails_on_one(batch, rules, context, database):
        form = next(f for f in context.forms if f.form_id == "progress_report")
        if "怪项目" in str(batch.tables.judged(form)):
            raise KeyError("怪")
        return judged(batch, rules, context, database)

    monkeypatch.setattr(loading, "judge_batch", fails_on_one)
    outcome = load(home)
    assert outcome.receipts == {"accepted": 2, "refused": 1}
    ((unit, name, because),) = outcome.refused
    assert (unit, name) == ("yi", "怪.xlsx")
    assert because
