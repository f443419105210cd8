"""What warehouse/README.md and the two READMEs tell people to run is run, on a published release."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("warehouse/README.md", "README.md", "README.zh-CN.md")
_IN_QUESTION = re.compile(r"HOME/published|warehouse/data/chengde-2019/published")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_the_pages_show_how_to_connect_from_python_and_r() -> None:
    for page in PAGES:
        assert blocks(page, "python") and blocks(page, "r"), page
    assert blocks("warehouse/README.md", "sql")


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_the_page_runs(page: str, chengde_home: Path) -> None:
    for block in blocks(page, "python"):
        said = _IN_QUESTION.sub(str(chengde_home / "published"), block)
        assert said != block
        known: dict[str, object] = {}
        exec(said, known)
        if "rows" in known:
            assert isinstance(known["rows"], list) and known["rows"]


@pytest.mark.parametrize("page", PAGES)
def test_the_sql_sent_from_r_runs(page: str, chengde_home: Path) -> None:
    """R itself is not among what is installed; its queries are."""
    queries = [
        sql
        for block in blocks(page, "r")
        for sql in re.findall(r'dbGetQuery\(con, "(.+)"\)', block)
    ]
    assert queries
    with duckdb.connect(
        str(chengde_home / "published" / "reporting.duckdb"), read_only=True
    ) as con:
        for query in queries:
            assert con.execute(query).fetchall(), query


def test_the_sql_of_the_page_runs_in_the_file_and_with_it_attached(chengde_home: Path) -> None:
    path = chengde_home / "published" / "reporting.duckdb"
    statements = [
        s for block in blocks("warehouse/README.md", "sql") for s in block.split(";\n") if s.strip()
    ]
    with duckdb.connect(str(path), read_only=True) as con:
        opened = [con.execute(statement).fetchall() for statement in statements]
    with duckdb.connect() as con:
        con.execute(f"attach '{path}' as r (read_only)")
        con.execute("use r")
        assert [con.execute(statement).fetchall() for statement in statements] == opened
    assert all(opened)


def test_the_chinese_names_are_those_of_the_file_under_any_name(chengde_home: Path) -> None:
    """The restricted file has the schema 报表 as well; each view reads its own file."""
    folder = chengde_home / "published"
    with duckdb.connect() as con:
        for name, file in (("r", "reporting"), ("s", "statistics")):
            con.execute(f"attach '{folder / file}.duckdb' as {name} (read_only)")
        for name in ("r", "s"):
            views = con.execute(
                "select view_name, sql from duckdb_views() where database_name = ? and schema_name = '报表'",
                [name],
            ).fetchall()
            assert views
            for view, sql in views:
                table = re.search(r"FROM marts\.(\w+) AS", sql)
                assert table, sql
                counts = [
                    con.execute(f"select count(*) from {name}.{source}").fetchall()
                    for source in (f'报表."{view}"', f"marts.{table[1]}")
                ]
                assert counts[0] == counts[1], view


def test_views_and_their_columns_are_explained_like_the_tables(chengde_home: Path) -> None:
    path = chengde_home / "published" / "statistics.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        said = "select count(*), count(comment) from duckdb_columns() where schema_name in ('报表', 'marts')"
        ((columns, explained),) = con.execute(said).fetchall()
        said = "select count(*), count(comment) from duckdb_views() where schema_name = '报表'"
        ((views, titled),) = con.execute(said).fetchall()
    assert columns == explained > 0
    assert views == titled > 0


@pytest.mark.parametrize("file", ["reporting", "statistics"])
def test_every_macro_says_in_both_languages_what_it_gives(chengde_home: Path, file: str) -> None:
    path = chengde_home / "published" / f"{file}.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        said = con.execute(
            "select function_name, comment from duckdb_functions() where schema_name = 'marts'"
        ).fetchall()
    assert said
    assert [
        name for name, text in said if not re.search("[\u4e00-\u9fff].*。 [A-Z]", text or "")
    ] == []
