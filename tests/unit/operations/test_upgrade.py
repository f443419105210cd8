"""A ledger of the first version goes on with the newest one; a ledger of a newer version is left alone."""

from datetime import timedelta

import pytest
from grids import a_file
from homes import drop
from old_ledgers import a_home_of_the_first_version
from releases import NOW, build_marts, load, publish_marts
from small_district import declared_forms

from pipelines.database import open_for_writing, open_read_only
from pipelines.ledger.increments import continue_build
from pipelines.ledger.seals import broken_seals
from pipelines.operations.backup import back_up
from pipelines.operations.restore import restore
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_home
from pipelines.release.publishing import build_in_place

LATER = NOW + timedelta(days=40)
JULY = """
2019年7月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资
滨河路 | 7 | 17 | 27
"""


def ask(home, sql):
    with open_read_only(home.work_database) as connection:
        return connection.execute(sql).fetchall()


def faults(home):
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


@pytest.fixture
def old(tmp_path):
    return a_home_of_the_first_version(tmp_path / "old")


def test_an_old_ledger_is_upgraded_loaded_published_and_proved(old):
    assert ask(old, "select file_name from ddl_versions") == [("0001_ledger.sql",)]
    rows = "select * from raw.progress_report order by all"
    statuses = "select receipt_id, status, version_no, superseded_by from raw.receipts where received_at < timestamp '2019-08-01' order by all"
    before = [ask(old, rows), ask(old, statuses)]
    assert sorted(status for _, status, _, _ in before[1])[-1] == "refused"
    drop(old, "jia/七月.xlsx", a_file(JULY), LATER - timedelta(hours=1))
    outcome = load(old, LATER)
    assert outcome.receipts == {"accepted_with_warnings": 1} or outcome.receipts == {"accepted": 1}
    after = ask(old, rows)
    assert [row for row in after if row in before[0]] == before[0] and len(after) == len(
        before[0]
    ) + 1
    assert ask(old, statuses) == before[1]
    build_marts(old)
    publish_marts(old)
    assert faults(old) == []
    sealed = ask(old, "select count(distinct receipt_id) from raw.seals")
    assert sealed == ask(old, "select count(*) from raw.receipts") == [(5,)]
    # Of the old returns those in force are answered; the refused one was told of long ago.
    assert len(list(old.feedback.glob("*/*/message.txt"))) == 4


def test_what_changes_in_old_rows_is_noticed_from_the_first_load_on(old):
    load(old, LATER)
    with open_for_writing(old.work_database) as connection:
        assert broken_seals(connection) == []
        connection.execute("update raw.progress_report set investment_ytd_wanyuan = 11")
        assert {seal.table for seal in broken_seals(connection)} == {"progress_report"}


def test_the_next_build_goes_on_from_one_with_old_rows(old):
    load(old, LATER)
    build_marts(old)
    publish_marts(old)
    drop(old, "jia/七月.xlsx", a_file(JULY), LATER)
    load(old, LATER + timedelta(days=1))
    build_marts(old)
    assert continue_build(old, build_in_place(old), ["marts.fct_findings"])


def test_an_old_ledger_can_be_copied_and_put_back_before_its_first_load(old, tmp_path):
    back_up(old, tmp_path / "copies", None, LATER, print)
    restored = restore(tmp_path / "copies", tmp_path / "there", declared_forms(), print)
    assert "has not been loaded with this version yet" in restored.unproved
    load(restored.home, LATER)
    assert faults(restored.home) == []


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(old):
    load(old, LATER)
    with open_for_writing(old.work_database) as connection:
        connection.execute("insert into ddl_versions values ('9999_of_a_later_version.sql')")
    before = old.work_database.read_bytes()
    with pytest.raises(OperatorError, match="upgraded by a newer version") as refused:
        load(old, LATER + timedelta(days=1))
    assert "Install that version" in refused.value.remedy
    assert old.work_database.read_bytes() == before
