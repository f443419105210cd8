"""The schema 报表 names tables and columns, explains both, and calculates nothing."""

import duckdb
import pytest

from pipelines.database import open_in_memory
from pipelines.release.chinese_views import create_chinese_views

TABLES = """
create schema marts;
create table marts.fct_investment ("group" varchar, investment_ytd_wanyuan decimal(18, 4), new_column integer);
insert into marts.fct_investment values ('镇', 1.5, 7);
comment on table marts.fct_investment is '项目投资进度。它''s。 Investment.';
comment on column marts.fct_investment.investment_ytd_wanyuan is '本年累计。 Year-to-date.';
create table marts.without_comment (reason varchar);
create table marts.fct_waivers (reason varchar);
comment on table marts.fct_waivers is '豁免记录。 Waivers.';
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("views") / "release.duckdb"
    with open_in_memory() as connection:
        connection.execute(f"attach '{path}' as edition (storage_version 'v1.4.0')")
        connection.execute("use edition")
        connection.execute(TABLES)
        create_chinese_views(connection, "edition", "marts")
    return path


def ask(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_columns_have_their_labels_and_what_has_none_its_own_name(path):
    columns = (
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where schema_name = '报表' group by 1 order by 1"
    )
    assert ask(path, columns) == [
        ("without_comment", ["原因"]),
        ("豁免记录", ["豁免理由"]),
        ("项目投资进度", ["考核分组", "本年累计完成投资_万元", "new_column"]),
    ]


def test_no_name_needs_quotes(path):
    assert ask(path, "select 考核分组, 本年累计完成投资_万元 from 报表.项目投资进度")[0][0] == "镇"


def test_comments_come_along(path):
    assert ask(path, "select comment from duckdb_views() where view_name = '项目投资进度'") == [
        ("项目投资进度。它's。 Investment.",)
    ]
    said = "select comment from duckdb_columns() where column_name = '本年累计完成投资_万元'"
    assert ask(path, said) == [("本年累计。 Year-to-date.",)]


def test_a_view_reads_its_own_file_under_any_name(path, tmp_path):
    """Another file with a table of that name is in use."""
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("create schema marts; create table marts.fct_waivers (reason varchar)")
        connection.execute("insert into marts.fct_waivers values ('另一个文件')")
        connection.execute(f"attach '{path}' as anything (read_only)")
        assert connection.execute("from anything.报表.豁免记录").fetchall() == []
