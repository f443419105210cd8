"""Rows of two releases are told apart by their key, whoever says it: the manifest, or an older file itself."""

import duckdb
import pytest

from pipelines.release.comparison_report import _shared_key
from pipelines.release.differences import RowCounts, count_changes, key_of, two_releases
from pipelines.release.manifest import Manifest


@pytest.fixture
def folders(tmp_path):
    """Two releases of before keys were stated: one row is the same, one has another amount, one has gone."""
    for name, rows in (("one", "(1, 1, 5), (1, 2, 6), (2, 1, 7)"), ("two", "(1, 1, 5), (1, 2, 9)")):
        (tmp_path / name).mkdir()
        with duckdb.connect(str(tmp_path / name / "reporting.duckdb")) as connection:
            connection.execute("create schema marts")
            connection.execute(
                "create table marts.fct (unit integer, period integer, amount integer,"
                " primary key (unit, period))"
            )
            connection.execute(f"insert into marts.fct values {rows}")
    return tmp_path / "one", tmp_path / "two"


def a_manifest(**keys):
    return Manifest.model_validate(
        {
            "release": 1, "load_id": "l", "made_at": "2026-01-01T00:00:00", "config_hash": None,
            "product": None, "duckdb": "2.0.0", "files": {}, "keys": keys,
            "tables": {"fct": {"rows": 2, "content": "0", "totals": {}, "units": None}},
        }
    )  # fmt: skip


def test_a_file_that_still_says_its_key_is_asked_for_it(folders):
    with two_releases(*folders, "reporting.duckdb") as connection:
        assert key_of(connection, "before", "fct") == ["unit", "period"]
        keys = _shared_key(connection, a_manifest(), a_manifest(), "fct")
        assert count_changes(connection, "fct", keys) == RowCounts(added=0, gone=1, changed=1)


@pytest.mark.parametrize(
    ("stated", "shared"), [(["unit", "period"], ["unit", "period"]), (["unit"], [])]
)
def test_a_key_counts_only_where_both_sides_have_it(folders, stated, shared):
    with two_releases(*folders, "reporting.duckdb") as connection:
        assert _shared_key(connection, a_manifest(), a_manifest(fct=stated), "fct") == shared
