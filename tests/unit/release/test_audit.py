"""The audit finds whatever was lost, altered or left unaccounted for, and names it."""

import pytest
from small_district import declared_forms

from pipelines.database import open_for_writing
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_home, audit_ledger
from pipelines.release.publishing import current_release


def faults(home):
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


def in_work(home, sql):
    with open_for_writing(home.work_database) as connection:
        return connection.execute(sql).fetchall()


def in_release(home, sql):
    path = current_release(home) / "reporting.duckdb"
    path.chmod(0o644)
    with open_for_writing(path) as connection:
        connection.execute(sql)


def an_archived_file(home):
    return next(path for path in home.archive.glob("??/*"))


def test_nothing_is_wrong_with_a_home_as_it_was_loaded(published):
    proofs = audit_home(published, declared_forms(), 0)
    assert [proof.faults for proof in proofs if not proof.holds] == []
    assert all(proof.counted for proof in proofs)


def test_a_home_that_was_never_loaded_says_how_to_load_it(tmp_path):
    from homes import a_home

    with pytest.raises(OperatorError) as fault:
        audit_home(a_home(tmp_path / "new"), declared_forms(), 0)
    assert "taizhang load" in fault.value.remedy


def test_one_changed_byte_in_the_archive_is_found(published):
    path = an_archived_file(published)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    assert [str(path) in fault and "altered" in fault for fault in faults(published)] == [True]


def test_a_receipt_without_its_file_is_found(published):
    path = an_archived_file(published)
    path.unlink()
    assert [str(path) in fault and "missing" in fault for fault in faults(published)] == [True]


def test_a_file_without_a_receipt_is_found(published):
    stranger = published.archive / "ab" / ("ab" + "0" * 62)
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"stranger")
    assert [str(stranger) in fault for fault in faults(published)] == [True]


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("delete from raw.progress_report where row_number = 3", "rows"),
        ("delete from raw.cells where column_number = 1 and row_number = 3", "cells"),
        ("delete from raw.sheets where sheet_index = 0", "sheet"),
        ("update raw.sheets set data_rows = data_rows + 1", "does not balance"),
        ("update raw.sheets set counted_cells = counted_cells - 1", "does not balance"),
        ("update raw.receipts set status = 'received'", "still received"),
        ("update raw.receipts set superseded_by = 'x' where form_id = 'progress_report'", ""),
        (
            "update raw.progress_report set investment_ytd_wanyuan = 11 where row_number = 3",
            "raw.progress_report",
        ),
        ("delete from raw.findings", "raw.findings"),
        ("delete from raw.photographs", "accepted and not kept"),
        ("update raw.photographs set month = '2019-05'", "its receipt says otherwise"),
        ("delete from raw.receipts where form_id = 'progress_report'", "no receipt"),
    ],
)
def test_what_was_removed_or_changed_in_the_ledger_is_found(published, sql, word):
    in_work(published, sql)
    found = faults(published)
    assert found and any(word in fault for fault in found), found


def test_two_versions_in_force_of_one_slot_are_found(published):
    in_work(
        published,
        "insert into raw.receipts select * replace ('copy' as receipt_id) from raw.receipts"
        " where form_id = 'progress_report'",
    )
    assert any("2 versions" in fault for fault in faults(published))


@pytest.mark.parametrize(
    "sql",
    [
        "update marts.fct_investment set investment_ytd_wanyuan = investment_ytd_wanyuan + 1",
        "update marts.fct_investment set receipt_id = 'nobody'",
        "delete from marts.fct_submissions",
        "delete from marts.fct_findings",
        "update marts.fct_row_accounting set is_balanced = false",
        "delete from marts.fct_row_accounting",
        "delete from marts.fct_investment where row_number = 3",
    ],
)
def test_what_was_changed_or_removed_in_the_release_is_found(published, sql):
    in_release(published, sql)
    assert faults(published)


def test_the_ledger_is_audited_before_anything_is_published(home):
    with open_for_writing(home.work_database) as connection:
        assert all(proof.holds for proof in audit_ledger(connection, declared_forms()))
        connection.execute("delete from raw.cells where row_number = 3")
        assert not all(proof.holds for proof in audit_ledger(connection, declared_forms()))


def test_an_audit_changes_nothing(published):
    before = {p: p.read_bytes() for p in published.archive.rglob("*") if p.is_file()}
    rows = in_work(published, "from raw.receipts order by all")
    faults(published)
    assert in_work(published, "from raw.receipts order by all") == rows
    assert {p: p.read_bytes() for p in published.archive.rglob("*") if p.is_file()} == before
