"""What the release of a bundled district promises whoever opens it: names, keys, traces, repeatability."""

import hashlib
import re

import pytest
from archived_cells import as_written, cell_text
from chengde import sha256, story, taizhang

# --- the release and the home ----------------------------------------------------------------------


def test_the_command_prints_what_it_did_and_where_to_look(chengde):
    for word in ("86 files", "refused", "fct_investment", "reporting.duckdb", "taizhang audit"):
        assert word in chengde.printed
    assert "Traceback" not in chengde.printed and "\x1b[" not in chengde.printed


def test_the_audit_finds_nothing_unaccounted_for(chengde):
    done = taizhang("audit", "--home", chengde.home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is unaccounted for" in done.stdout


def test_the_audit_notices_a_figure_that_is_missing_from_the_release(copy_of_chengde):
    import duckdb

    path = (copy_of_chengde.home / "published" / "reporting.duckdb").resolve()
    path.chmod(0o600)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from marts.fct_investment where period = '2019-12'")
    done = taizhang("audit", "--home", copy_of_chengde.home)
    assert done.returncode == 1, done.stdout


def test_the_home_is_private_and_the_statistics_are_the_owners_alone(chengde):
    published = chengde.home / "published"
    assert chengde.home.stat().st_mode & 0o777 == 0o700
    assert published.stat().st_mode & 0o777 == 0o755
    assert (published / "statistics.duckdb").stat().st_mode & 0o777 == 0o600
    assert (published / "reporting.duckdb").stat().st_mode & 0o222 == 0
    assert [path for path in (chengde.home / "inbox").rglob("*") if path.is_file()] == []


def test_the_archive_holds_every_return_byte_for_byte(chengde):
    kept = {path.name for path in (chengde.home / "archive").glob("??/*")}
    edited = [chengde.home / "taizhang.toml", *(chengde.home / "config").glob("*.csv")]
    configuration = {hashlib.sha256(path.read_bytes()).hexdigest() for path in edited}
    assert kept == {sha256(row["path"]) for row in story("story/returns.csv")} | configuration


@pytest.mark.parametrize("release", ["reporting", "statistics"])
def test_every_table_and_every_column_says_what_it_is_in_both_languages(chengde, release):
    tables = chengde.ask("select table_name, comment from duckdb_tables()", release=release)
    columns = chengde.ask(
        "select table_name || '.' || column_name, comment from duckdb_columns()"
        " where schema_name = 'marts' and not internal",
        release=release,
    )
    assert tables and columns
    silent = [
        name
        for name, comment in (*tables, *columns)
        if not re.search(r"[\u4e00-\u9fff]", comment or "")
        or not re.search(r"[A-Za-z]{3}", comment)
    ]
    assert silent == []


@pytest.mark.parametrize("release", ["reporting", "statistics"])
def test_every_table_stands_in_the_chinese_schema_under_a_name_of_its_own(chengde, release):
    tables = chengde.ask("select count(*) from duckdb_tables()", release=release)
    views = chengde.ask(
        "select view_name from duckdb_views() where schema_name = '报表'", release=release
    )
    assert len(views) == tables[0][0]
    assert all(not name.isascii() for (name,) in views)
    for (name,) in views:
        chengde.ask(f'select * from 报表."{name}" limit 1', release=release)


def test_every_key_is_unique_and_every_fact_points_to_its_project(chengde):
    for table in chengde.tables():
        if "row_key" in {
            c for (c,) in chengde.ask(f"select column_name from (describe marts.{table})")
        }:
            if table == "fct_lineage":
                continue
            key = "vintage_key" if table.endswith("_vintages") else "row_key"
            assert chengde.ask(f"select count(*) - count(distinct {key}) from marts.{table}") == [
                (0,)
            ]
    for fact in ("fct_investment", "fct_starts", "fct_completions"):
        orphans = f"from marts.{fact} anti join marts.dim_project using (project_key)"
        assert chengde.ask(orphans) == []


# --- every figure can be traced --------------------------------------------------------------------


def test_a_figure_is_traced_to_the_cell_of_the_archived_workbook(chengde):
    """Twelve figures, one of each unit and layout: the raw text stands in that cell of that file."""
    traced = chengde.ask(
        "select any_value(l.sheet order by l.row_key), any_value(l.cell order by l.row_key),"
        " any_value(l.raw_text order by l.row_key), any_value(s.sha256 order by l.row_key),"
        " any_value(s.file_name order by l.row_key)"
        " from marts.fct_lineage as l inner join marts.fct_submissions as s using (receipt_id)"
        " where l.cell is not null group by s.unit_code, l.table_name, l.column_name"
    )
    assert len(traced) > 20
    for sheet, cell, raw_text, digest, file_name in traced:
        found = cell_text(chengde.home / "archive" / digest[:2] / digest, sheet, cell)
        assert found in (raw_text, as_written(raw_text)), (file_name, sheet, cell)


def test_every_submitted_figure_has_its_lineage(chengde):
    missing = chengde.ask(
        "select row_key from marts.fct_investment where value_status = 'submitted'"
        " and investment_ytd_wanyuan is not null and row_key not in (select row_key"
        " from marts.fct_lineage where table_name = 'fct_investment'"
        " and column_name = 'investment_ytd_wanyuan')"
    )
    assert missing == []


def test_the_lineage_macro_answers_for_one_row(chengde):
    ((row_key,),) = chengde.ask("select min(row_key) from marts.fct_investment")
    columns = "table_name, row_key, column_name, receipt_id, sheet, cell, raw_text, steps"
    answered = chengde.ask(
        f"select {columns} from marts.lineage('fct_investment', ?)"
        " where column_name = source_column",
        row_key,
    )
    wanted = chengde.ask(
        f"select {columns} from marts.fct_lineage where table_name = 'fct_investment'"
        " and row_key = ?",
        row_key,
    )
    assert sorted(answered, key=str) == sorted(wanted, key=str)
    assert answered


# --- the same inputs give the same tables -----------------------------------------------------------


@pytest.mark.parametrize("release", ["reporting", "statistics"])
def test_a_load_of_an_empty_inbox_publishes_the_same_tables(chengde, loaded_again, release):
    before, after = chengde.tables(release), loaded_again.tables(release)
    assert set(before) == set(after)
    assert [name for name in before if before[name] != after[name]] == []


def test_an_old_reader_of_the_home_finds_its_release_where_it_was(chengde, loaded_again):
    releases = loaded_again.home / "published" / "releases"
    assert {path.name for path in releases.iterdir()} == {"1", "2", "3", "4"}
    assert (loaded_again.home / "published" / "current").resolve().name == "4"
