"""A release says of itself what it holds, and every byte that is not what was made is noticed."""

import json
from decimal import Decimal

import duckdb
import pytest
from releases import NOW, change_marts, publish_marts
from small_district import declared_forms

from pipelines.release.audit import audit_home
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import read_manifest
from pipelines.release.publishing import current_release

OPEN, RESTRICTED = EDITIONS


def faults(home):
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


def test_rows_totals_and_units_are_those_of_the_tables(home):
    manifest = read_manifest(publish_marts(home).folder, OPEN)
    investment = manifest.tables["fct_investment"]
    assert investment.rows == 2 and investment.units is None
    assert investment.totals == {
        "investment_month_wanyuan": Decimal(6), "investment_ytd_wanyuan": Decimal(5011),
        "investment_cumulative_wanyuan": Decimal(5021),
    }  # fmt: skip
    assert manifest.tables["fct_findings"].units is None
    assert manifest.release == 1 and manifest.made_at == NOW and manifest.load_id


def test_the_open_manifest_says_nothing_of_restricted_tables(home):
    folder = publish_marts(home).folder
    text = (folder / "manifest.json").read_text("utf-8")
    assert "fai" not in text and "statistics" not in text
    restricted = read_manifest(folder, RESTRICTED)
    total = restricted.tables["fct_fai_reconciliation"].totals["statistics_ytd_wanyuan"]
    assert total == Decimal(10) and set(restricted.files) == {"statistics.duckdb"}


def test_every_open_file_is_listed_and_the_manifest_lies_beside_the_release(home):
    folder = publish_marts(home).folder
    listed = json.loads((home.published / "manifest.json").read_text("utf-8"))["files"]
    assert set(listed) == {
        path.relative_to(folder).as_posix()
        for path in [folder / "reporting.duckdb", *folder.rglob("*.parquet")]
    }


def test_the_hash_of_rows_does_not_depend_on_their_order_and_does_on_their_number(home):
    def content():
        return read_manifest(publish_marts(home).folder, OPEN).tables["fct_investment"].content

    first = content()
    change_marts(
        home,
        "create table marts.turned as from marts.fct_investment order by all desc;"
        "delete from marts.fct_investment; insert into marts.fct_investment from marts.turned;"
        "drop table marts.turned",
    )
    assert content() == first
    change_marts(home, "update marts.fct_investment set value_status = 'x' where row_number = 3")
    assert content() != first


def in_release(home, sql):
    path = current_release(home) / "reporting.duckdb"
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "create or replace view 报表.报送记录 as select 'x' as \"报送编号\"",
        "create macro marts.more(a) as a",
        "comment on table marts.fct_submissions is 'x'",
    ],
)
def test_what_is_no_row_of_a_table_is_compared_too(published, sql):
    assert faults(published) == []
    in_release(published, sql)
    assert any("reporting.duckdb is not the file that was made" in f for f in faults(published))


def test_a_flipped_byte_of_an_empty_table_is_found(published):
    path = current_release(published) / "parquet" / "fct_corrections" / "data.parquet"
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    assert any("fct_corrections/data.parquet is not the file" in f for f in faults(published))


@pytest.mark.parametrize("name", ["manifest.json", "statistics.manifest.json"])
@pytest.mark.parametrize("change", ["altered", "spoiled", "gone"])
def test_a_manifest_that_was_touched_is_found(published, name, change):
    path = current_release(published) / name
    path.chmod(0o644)
    text = path.read_text("utf-8")
    path.write_text(text.replace('"release": 1', '"release": 2') if change == "altered" else "{}")
    if change == "gone":
        path.unlink()
    path.exists() and path.chmod(0o600)
    assert any(name in fault for fault in faults(published))


def test_a_release_from_before_there_were_manifests_is_no_fault(published):
    for name in ("manifest.json", "statistics.manifest.json"):
        (current_release(published) / name).unlink()
    published.release_record.unlink()
    assert faults(published) == []
