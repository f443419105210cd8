"""The macros that lead to cells, called as people open the files: directly, attached, and both files at once."""

import duckdb
import pytest

from pipelines.release.macros import MACRO_FOLDER

LED = "table_name, row_key, column_name, source_column, receipt_id, sheet, cell, raw_text, steps"
TABLES = {"reporting": "fct_investment", "statistics": "fct_fai_reconciliation"}


@pytest.fixture
def attached(chengde):
    """Both files of a release attached under names of the reader's choice, none of them in use."""
    published = chengde.home / "published"
    with duckdb.connect() as connection:
        for name, file in (("甲", "reporting"), ("b", "statistics")):
            connection.execute(f"attach '{published / file}.duckdb' as {name} (read_only)")
        yield connection


def a_row(chengde, release):
    table = TABLES[release]
    ((row_key,),) = chengde.ask(f"select min(row_key) from marts.{table}", release=release)
    return table, row_key


@pytest.mark.parametrize(("release", "name"), [("reporting", "甲"), ("statistics", "b")])
def test_the_macro_answers_alike_opened_directly_and_attached(chengde, attached, release, name):
    row = a_row(chengde, release)
    direct = chengde.ask(f"select {LED} from marts.lineage(?, ?)", *row, release=release)
    assert direct
    attached.execute(f"use {name}")
    for question in (f"select {LED} from marts.lineage(?, ?)", f"select {LED} from {name}.marts.lineage(?, ?)"):  # fmt: skip
        assert attached.execute(question, list(row)).fetchall() == direct


@pytest.mark.parametrize(
    ("release", "view"), [("reporting", "甲.trace.lineage"), ("statistics", "b.trace.lineage_restricted")]
)  # fmt: skip
def test_the_view_answers_for_its_own_file_whichever_is_in_use(chengde, attached, release, view):
    row = a_row(chengde, release)
    direct = chengde.ask(f"select {LED} from marts.lineage(?, ?)", *row, release=release)
    for in_use in ("memory", "甲", "b"):
        attached.execute(f"use {in_use}")
        answered = attached.execute(
            f"select {LED} from {view} where table_name = ? and row_key = ?", list(row)
        ).fetchall()
        assert sorted(answered, key=str) == sorted(direct, key=str)


def test_the_macro_of_a_file_not_in_use_fails_and_misleads_nobody(chengde, attached):
    """A macro is expanded where it is called: with the other file in use it would read that one's tables."""
    for in_use, name, release in (("b", "甲", "reporting"), ("甲", "b", "statistics")):
        attached.execute(f"use {in_use}")
        with pytest.raises(duckdb.CatalogException):
            attached.execute(f"from {name}.marts.lineage(?, ?)", list(a_row(chengde, release)))


def test_a_computed_rate_leads_to_the_cells_it_is_computed_from(chengde):
    ((row_key, rate),) = chengde.ask(
        "select row_key, completion_rate from marts.fct_investment"
        " where completion_rate is not null order by row_key limit 1"
    )
    led = chengde.ask(
        "select source_column, source_row_key, file_name, sha256, received_at is not null"
        " from marts.lineage('fct_investment', ?) where column_name = 'completion_rate'", row_key
    )  # fmt: skip
    assert rate is not None
    assert {source for source, *_ in led} == {"investment_ytd_wanyuan", "plan_year_wanyuan"}
    assert all(key == row_key and name and digest and known for _, key, name, digest, known in led)


def test_the_restricted_lineage_names_the_files_of_open_and_restricted_returns(chengde):
    named = chengde.ask(
        "select column_name, bool_and(file_name is not null), any_value(form_id)"
        " from trace.lineage_restricted where column_name like '%ytd_wanyuan' group by 1 order by 1",
        release="statistics",
    )
    assert named == [
        ("ledger_ytd_wanyuan", True, "progress_report"),
        ("statistics_ytd_wanyuan", True, "statistics_fai"),
    ]


def test_every_macro_qualifies_its_columns_and_says_how_it_is_called():
    for path in sorted(MACRO_FOLDER.glob("*.sql")):
        text = path.read_text("utf-8")
        assert "from marts." in text.split("-- tables:")[0], path.name
        for line in text.splitlines():
            assert not line.startswith("select *"), path.name


def test_no_source_of_a_column_is_unknown(chengde):
    """What computed columns are said to come from is there, in both files, so that they lead somewhere."""
    for release in ("reporting", "statistics"):
        columns = chengde.ask(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'",
            release=release,
        )
        named = chengde.ask(
            "select table_name, column_name, source_table, source_column from marts.dim_column_source",
            release=release,
        )
        assert named
        known, tables = set(columns), {table for table, _ in columns}
        for table, column, source_table, source_column in named:
            assert table in tables, (table, column)
            assert column == "*" or (table, column) in known, (table, column)
            if source_table:
                assert (source_table, source_column) in known, (source_table, source_column)
