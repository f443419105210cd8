"""What did not change is taken over from the release in place; what changed, or was harmed there, is made anew."""

import json

import duckdb
import pytest
from releases import change_marts, publish_marts

from pipelines.release import editions
from pipelines.release.publishing import current_release


@pytest.fixture
def written(monkeypatch):
    """The tables that are written row by row, release after release."""
    seen = []
    copy = editions._copy_table

    def noting(connection, schema, table, *rest):
        seen.append((schema, table))
        copy(connection, schema, table, *rest)

    monkeypatch.setattr(editions, "_copy_table", noting)
    return seen


def holds_the_marts(home):
    """Whether both editions and the Parquet files hold exactly what was built."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.ledger_snapshot}' as built (read_only)")
        for edition in editions.EDITIONS:
            release = current_release(home)
            connection.execute(f"attach '{release / edition.file_name}' as made (read_only)")
            tables = connection.execute(
                "select table_name from duckdb_tables() where database_name = 'built'"
                " and schema_name = ?",
                [edition.source_schema],
            ).fetchall()
            assert tables
            for (table,) in tables:
                wanted = f"built.{edition.source_schema}.{table}"
                sources = [f"made.marts.{table}"]
                if edition.is_open:
                    sources.append(f"read_parquet('{release}/parquet/{table}/*.parquet')")
                for found in sources:
                    for left, right in ((wanted, found), (found, wanted)):
                        sql = f"select count(*) from (from {left} except all from {right})"
                        assert connection.execute(sql).fetchone() == (0,), (table, found)
            connection.execute("detach made")
    return True


def test_only_what_changed_is_written_again_and_every_release_is_whole(home, written):
    publish_marts(home)
    assert written and holds_the_marts(home)
    written.clear()
    change_marts(home, "delete from marts.fct_submissions")
    publish_marts(home)
    assert written == [("marts", "fct_submissions")] and holds_the_marts(home)
    written.clear()
    publish_marts(home)
    assert written == [] and holds_the_marts(home)


def test_harm_done_to_the_release_in_place_does_not_travel_on(home, written):
    first = publish_marts(home)
    written.clear()
    path = first.folder / "reporting.duckdb"
    path.chmod(0o644)
    with duckdb.connect(path) as connection:
        connection.execute("delete from marts.fct_investment")
    parquet = next((first.folder / "parquet" / "fct_investment").glob("*.parquet"))
    parquet.chmod(0o644)
    parquet.write_bytes(b"harmed")
    publish_marts(home)
    assert ("marts", "fct_investment") in written and holds_the_marts(home)


def test_nothing_is_taken_over_from_another_version_of_the_product(home, written):
    first = publish_marts(home)
    everything = list(written)
    written.clear()
    for name in ("manifest.json", "statistics.manifest.json"):
        stated = first.folder / name
        stated.chmod(0o644)
        told = json.loads(stated.read_text("utf-8"))
        stated.write_text(json.dumps(told | {"product": "another"}), "utf-8")
    publish_marts(home)
    assert sorted(written) == sorted(everything) and holds_the_marts(home)
