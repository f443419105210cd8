"""One more row in links.csv: the rest of the people's file stays as it was."""

import csv
import os

import pytest

from pipelines.declarations.links import Link, read_links
from pipelines.problems import OperatorError
from pipelines.reconciliation.link_table import append_link, with_link

HEADING = "left_source,left_id,right_source,right_id,decided_by,decided_at,note"
ROW = "project_ledger,C0,statistics_fai,S0,甲,2019-03-20,旧"


def a_link(decision="confirmed", **changes):
    given = {
        "left_source": "project_ledger", "left_id": "C1", "right_source": "statistics_fai",
        "right_id": "S1", "decided_by": "联合核对组", "decided_at": "2020-02-01T09:00:00",
        "note": None, "decision": decision, **changes,
    }  # fmt: skip
    return Link(**given)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("has_end", [True, False])
def test_byte_order_mark_line_ends_and_earlier_rows_stay(mark, newline, has_end):
    table = mark + (f"{HEADING}{newline}{ROW}{newline if has_end else ''}").encode()
    written = with_link(table, a_link())
    expected = f"{HEADING}{newline}{ROW}{newline}project_ledger,C1,statistics_fai,S1,联合核对组,2020-02-01T09:00:00,{newline}"
    assert written == mark + expected.encode()


def test_the_columns_keep_their_order_and_strange_ones_stay_blank():
    table = "note,right_id,my_own,right_source,left_id,left_source,decided_at,decided_by\n"
    written = with_link(table.encode(), a_link(note="一, 二")).decode().splitlines()
    assert (
        written[1] == '"一, 二",S1,,statistics_fai,C1,project_ledger,2020-02-01T09:00:00,联合核对组'
    )


def test_a_rejection_adds_its_column_and_earlier_rows_stay_confirmed(tmp_path):
    path = tmp_path / "links.csv"
    path.write_bytes(with_link(f"{HEADING}\n{ROW}\n".encode(), a_link("rejected")))
    assert path.read_text("utf-8").splitlines()[:2] == [f"{HEADING},decision", ROW]
    faults = []
    assert [(k.left_id, k.decision) for k in read_links(path, faults)] == [
        ("C0", "confirmed"), ("C1", "rejected"),
    ]  # fmt: skip
    assert faults == []


def test_who_decided_is_never_lost_to_a_missing_column():
    table = b"left_source,left_id,right_source,right_id\n"
    (row,) = csv.DictReader(with_link(table, a_link()).decode().splitlines())
    assert row["decided_by"] == "联合核对组"


def test_a_missing_file_is_made_private_and_as_excel_wants_it(tmp_path):
    path = tmp_path / "links.csv"
    append_link(path, a_link())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + HEADING.encode())
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["links.csv"]


def test_a_file_keeps_its_mode_and_a_link_to_it_stays_one(tmp_path):
    real, path = tmp_path / "real.csv", tmp_path / "links.csv"
    real.write_text(f"{HEADING}\n", "utf-8")
    real.chmod(0o640)
    path.symlink_to(real)
    append_link(path, a_link())
    assert path.is_symlink() and "C1" in real.read_text("utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "links.csv"
    path.write_text(f"{HEADING}\n{ROW}\n", "utf-8")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        append_link(path, a_link())
    assert path.read_text("utf-8") == f"{HEADING}\n{ROW}\n"
    assert [item.name for item in tmp_path.iterdir()] == ["links.csv"]


def test_nothing_in_a_row_is_a_formula():
    written = with_link(b"", a_link(note="=1+1", decided_by="@甲\n乙")).decode("utf-8-sig")
    assert written.splitlines()[1].endswith(",'@甲 乙,2020-02-01T09:00:00,'=1+1")
    with pytest.raises(OperatorError):
        with_link(b"", a_link(right_id="=1+1"))
