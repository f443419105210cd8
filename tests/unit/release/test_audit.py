"""The audit finds whatever was lost, altered or left unaccounted for, and names it."""

import pytest
from homes import a_home
from releases import change_marts, publish_marts
from small_district import declared_forms

from pipelines.database import open_for_writing, open_in_memory
from pipelines.ledger.work_database import DDL_FOLDER, upgrade
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
    counted = {proof.title.partition(":")[0]: proof.counted for proof in proofs}
    assert counted.pop("inbox") == counted.pop("successors") == 0
    assert all(counted.values()), counted


def test_it_says_how_much_money_was_compared(published):
    notes = [note for proof in audit_home(published, declared_forms(), 0) for note in proof.notes]
    assert (
        "fct_investment: 2 rows from 2 reported; 0 gave way to another row of their project and month,"
        in " ".join(notes)
    )
    assert (
        "investment_ytd_wanyuan: 5,011.0000 reported, 0.0000 corrected = 5,011.0000 万元" in notes
    )


def test_a_home_that_was_never_loaded_says_how_to_load_it(tmp_path):
    with pytest.raises(OperatorError) as fault:
        audit_home(a_home(tmp_path / "new"), declared_forms(), 0)
    assert "taizhang load" in fault.value.remedy


@pytest.mark.parametrize(
    "sql",
    [
        "drop table raw.seals; delete from ddl_versions where file_name like '%seals.sql'",
        "drop table raw.progress_report",
        "drop table ddl_versions",
    ],
)
def test_a_home_an_earlier_version_loaded_says_to_load_it_once(published, sql):
    in_work(published, sql)
    with pytest.raises(OperatorError) as fault:
        audit_home(published, declared_forms(), 0)
    assert "Load once with this version" in fault.value.remedy


def test_a_ledger_without_seals_is_no_crash_of_the_audit(tmp_path):
    home = a_home(tmp_path / "home")
    earlier = tmp_path / "ddl"
    earlier.mkdir()
    for path in DDL_FOLDER.glob("000[1-6]*.sql"):
        (earlier / path.name).write_text(path.read_text("utf-8"), "utf-8")
    with open_for_writing(home.work_database) as connection:
        upgrade(connection, declared_forms(), earlier)
    with pytest.raises(OperatorError, match="not been loaded with this version"):
        audit_home(home, declared_forms(), 0)


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


def test_what_lies_in_the_archive_under_a_name_of_its_own_is_found(published):
    inside = published.archive / "ab"
    inside.mkdir(exist_ok=True)
    for path in (published.archive / ".receiving-1", inside / "notes.txt"):
        path.write_bytes(b"half")
    (inside / ("ab" + "1" * 62)).symlink_to("/etc/hostname")
    found = faults(published)
    for name in (".receiving-1", "notes.txt", "ab" + "1" * 62):
        assert any(name in fault for fault in found), name


def test_what_stays_in_the_inbox_is_named_and_is_no_fault(published):
    (published.inbox / "jia" / "link.xlsx").symlink_to("/etc/hostname")
    (published.inbox / "jia" / "Thumbs.db").write_bytes(b"1")
    (published.inbox / "jia" / "报表.xlsx").write_bytes(b"1")
    proof = audit_home(published, declared_forms(), 0)[0]
    assert proof.holds and proof.counted == 3
    assert "not taken: jia/link.xlsx: it is a link" in proof.notes
    assert any(note.startswith("1 file(s) wait") for note in proof.notes)
    assert any("Thumbs.db" in note for note in proof.notes)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("delete from raw.progress_report where row_number = 3", "rows"),
        ("delete from raw.cells where column_number = 1 and row_number = 3", "cells"),
        ("delete from raw.sheets where sheet_index = 0", "sheet"),
        ("update raw.sheets set data_rows = data_rows + 1", "does not balance"),
        ("update raw.sheets set counted_cells = counted_cells - 1", "does not balance"),
        ("update raw.receipts set status = 'received'", "still received"),
        ("update raw.receipts set superseded_by = 'x' where form_id = 'progress_report'", "later"),
        ("update raw.receipts set status = 'duplicate' where form_id = 'photograph'", "nothing"),
        ("delete from raw.photographs", "accepted and not kept"),
        ("update raw.photographs set month = '2019-05'", "its receipt says otherwise"),
        ("delete from raw.receipts where form_id = 'progress_report'", "no receipt"),
        ("update raw.loads set is_finished = false", "was cut off"),
        ("delete from raw.loads", "is unknown"),
        ("delete from raw.seals", "is not sealed"),
        ("delete from raw.rule_versions where rule_id = 'GEN-001'", "what it said is gone"),
    ],
)
def test_what_was_removed_or_changed_in_the_ledger_is_found(published, sql, word):
    in_work(published, sql)
    found = faults(published)
    assert found and any(word in fault for fault in found), found


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("receipts", "size_bytes = size_bytes + 1"),
        ("sheets", "is_hidden = not is_hidden"),
        ("columns", "heading = heading || ' '"),
        ("cells", "raw_text = raw_text || ' '"),
        ("normalisations", "steps = ''"),
        ("findings", "message = ''"),
        ("rule_outcomes", "outcome = 'NA'"),
        ("photographs", "width = width + 1"),
        ("project_ledger", "total_investment_wanyuan = total_investment_wanyuan + 1"),
        ("progress_report", "project_name = project_name || ' '"),
        ("statistics_fai", "ytd_wanyuan = null"),
    ],
)
def test_one_row_removed_or_changed_breaks_the_seal_of_its_receipt(home, table, change):
    """Before anything is published as well: the gate looks at the same seals."""

    def broken():
        with open_for_writing(home.work_database) as connection:
            proofs = {
                p.title.partition(":")[0]: p for p in audit_ledger(connection, declared_forms())
            }
        return [fault for fault in proofs["seals"].faults if f"raw.{table}: " in fault]

    one = f"rowid = (select min(rowid) from raw.{table})"
    assert broken() == []
    in_work(home, f"update raw.{table} set {change} where {one}")
    assert len(broken()) == 1 and "have changed" in broken()[0]
    in_work(home, f"delete from raw.{table} where {one}")
    assert len(broken()) == 1


def test_rows_of_a_receipt_that_does_not_exist_are_found(published):
    in_work(
        published,
        "insert into raw.columns select * replace ('nobody' as receipt_id) from raw.columns limit 1",
    )
    assert any("receipt nobody" in fault for fault in faults(published))


def test_an_answer_that_is_gone_or_was_never_written_is_found(published):
    receipt = in_work(published, "select min(receipt_id) from raw.receipts")[0][0]
    (folder,) = published.feedback.glob(f"*/{receipt}")
    (folder / "message.txt").unlink()
    assert any(str(folder) in fault for fault in faults(published))
    in_work(
        published, f"update raw.receipts set is_answered = false where receipt_id = '{receipt}'"
    )
    assert any("no answer yet" in fault for fault in faults(published))


@pytest.mark.parametrize("name", ["statistics.duckdb", "build.duckdb"])
def test_a_restricted_file_that_others_may_read_is_found(published, name):
    (current_release(published) / name).chmod(0o640)
    assert any(name in fault and "mode 640" in fault for fault in faults(published))


def test_an_archive_that_others_may_read_is_found(published):
    an_archived_file(published).chmod(0o444)
    published.archive.chmod(0o755)
    assert sum("may be read by others" in fault for fault in faults(published)) == 2


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


def in_statistics(home, sql):
    with open_for_writing(current_release(home) / "statistics.duckdb") as connection:
        connection.execute(sql)


def test_a_row_removed_from_the_statistics_is_found(published):
    in_statistics(published, "delete from marts.fct_fai_reconciliation")
    assert any("fct_fai_reconciliation: 1 row" in fault for fault in faults(published))


def test_a_table_that_was_dropped_or_added_is_found(published):
    in_statistics(published, "drop table marts.fct_fai_reconciliation")
    in_release(published, "create table marts.mine (a integer)")
    found = faults(published)
    assert "statistics.duckdb lacks fct_fai_reconciliation" in found
    assert "reporting.duckdb has mine" in found


@pytest.mark.parametrize("name", ["reporting.duckdb", "statistics.duckdb", "build.duckdb"])
@pytest.mark.parametrize("data", [b"", b"not a database" * 1000, None])
def test_a_published_file_that_is_damaged_or_gone_is_found(published, name, data):
    path = current_release(published) / name
    path.unlink()
    if data is not None:
        path.write_bytes(data)
        path.chmod(0o600)
    assert any(name in fault for fault in faults(published))


def test_parquet_that_lost_a_row_or_a_file_or_got_one_is_found(published):
    folder = current_release(published) / "parquet"
    rows = folder / "fct_investment" / "data.parquet"
    (folder / "fct_findings" / "data.parquet").unlink()
    (folder / "fct_findings" / "more.parquet").write_bytes(b"1")
    with open_in_memory() as connection:
        connection.execute(f"create table kept as from read_parquet('{rows}') limit 1")
        rows.unlink()
        connection.execute(f"copy kept to '{rows}' (format parquet)")
    found = faults(published)
    assert any("Parquet fct_investment: 1 row" in fault for fault in found)
    assert any("Parquet fct_findings cannot be read" in fault for fault in found)
    assert any("more.parquet is no file of this release" in fault for fault in found)


def build_again(home, change):
    """A release made from marts that are not what the ledger says, published as they are."""
    change_marts(home, change)
    publish_marts(home)
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


def test_marts_that_changed_an_amount_are_found_by_amount_and_in_total(published):
    found = build_again(
        published,
        "update marts.fct_investment set investment_ytd_wanyuan = 11 where row_number = 3",
    )
    assert any(fault.startswith("fct_investment differs from receipt") for fault in found)
    assert any("investment_ytd_wanyuan adds up to 5,012.0000" in fault for fault in found)


def test_marts_that_left_out_a_reported_project_are_found(published):
    found = build_again(published, "delete from marts.fct_investment where row_number = 3")
    assert any("row 3 is not published" in fault for fault in found)


def test_marts_that_left_out_a_statistics_record_are_found(published):
    found = build_again(published, "delete from marts_restricted.fct_fai_reconciliation")
    assert found == ["fct_fai_reconciliation 2019-06: 0 records of 0 万元, sent were 1 of 10.0000"]


def test_a_declared_correction_is_no_fault_and_is_told(published):
    found = build_again(
        published,
        "update marts.fct_investment set investment_ytd_wanyuan = 11 where row_number = 3;"
        " insert into marts.fct_corrections select receipt_id, sheet, 'C3',"
        " 'investment_ytd_wanyuan', 'applied' from marts.fct_investment where row_number = 3",
    )
    notes = [note for proof in audit_home(published, declared_forms(), 0) for note in proof.notes]
    assert found == []
    assert any("5,011.0000 reported, 1.0000 corrected = 5,012.0000 万元" in note for note in notes)


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
