"""A build that goes on from the last one, day after day, holds what one from the ledger alone holds: every row.

A small district; each day changes one kind of thing. After each the marts are built both ways from the same ledger, and
the one that went on is published, so that the next day goes on from it.
"""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from grids import a_file
from homes import a_home, drop
from pictures import a_picture

from pipelines.database import open_for_writing, open_read_only
from pipelines.ledger.build_notes import take_notes
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.ledger.snapshots import take_snapshot
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration import warehouse
from pipelines.orchestration.dbt_manifest import read_manifest
from pipelines.orchestration.dbt_runs import failures, raise_on_failure
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.warehouse import build_marts
from pipelines.release.publishing import BUILD_COPY, publish
from pipelines.release.recording import record_current
from pipelines.settings import point_dbt_at

# On one worker: the story is told once.
pytestmark = pytest.mark.xdist_group("continued_builds")

FIRST = datetime(2019, 7, 5, 18)
LEDGER = """
2019年重点项目台账（单位：万元）
项目代码 | 项目名称 | 总投资 | 年度计划投资 | 计划开工时间 | 责任单位
2019-130871-48-01-000001 | 滨河路 | 5000 | 900 | 2019-03 | 甲镇
2019-130871-48-01-000002 | 三纬路 | 800 | 400 | 2019-05 | 甲镇
"""
MORE = LEDGER + "2019-130871-48-01-000003 | 新厂房 | 12000 | 3000 | 2019-06 | 甲镇\n"
REPORT = """
2019年{month}月进展情况表（单位：万元）
项目代码 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 实际开工时间 | 备注
2019-130871-48-01-000001 | 滨河路 | {spent} | {ytd} | 2019-03 |
2019-130871-48-01-000002 | 三纬路 | 1 | {other} | 2019-06 | 核实更正
"""
STATISTICS = """
2019年6月固定资产投资项目统计明细（单位：万元）
统计库项目编码 | 项目名称 | 自年初累计完成投资
13087120190001 | 滨河路 | {ytd}
"""
DECISIONS = {
    "links.csv": (
        "",
        "project_ledger,2019-130871-48-01-000002,statistics_fai,13087120190001,核对组,2019-08-01,",
    ),
    "corrections.csv": (
        "form_id,unit_code,period,project,field,expect_value,new_value,reason,decided_by,status\n",
        "progress_report,jia,2019-07,滨河路,investment_ytd_wanyuan,115,116,少报,发改局,open",
    ),
}


def report(month, spent, ytd, other):
    return a_file(REPORT.format(month=month, spent=spent, ytd=ytd, other=other))


def first_returns(home, at):
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), at)
    drop(home, "jia/进展6.xlsx", report(6, 10, 110, 20), at)
    drop(home, "tongji/统计.xlsx", a_file(STATISTICS.format(ytd=110)), at)


def next_month(home, at):
    drop(home, "jia/进展7.xlsx", report(7, 5, 115, 21), at)
    drop(home, "jia/photos/滨河路/2019-07/路基.jpg", a_picture(), at)


def decisions(home, _at):
    for name, (head, row) in DECISIONS.items():
        table = home.config / name
        text = table.read_text("utf-8") if table.exists() else head
        table.write_text(text.rstrip("\n") + "\n" + row + "\n", "utf-8")


# What happens on which day.
STORY = {
    "the first returns": first_returns,
    "nothing new": lambda _home, _at: None,
    "a file that is no return": lambda home, at: drop(home, "jia/进展7.xlsx", b"no workbook", at),
    "the next month": next_month,
    "a month reported again": lambda home, at: drop(
        home, "jia/进展6改.xlsx", report(6, 12, 112, 20), at
    ),
    "a ledger that lists one more": lambda home, at: drop(
        home, "fagai/台账改.xlsx", a_file(MORE), at
    ),
    "statistics sent again": lambda home, at: drop(
        home, "tongji/统计改.xlsx", a_file(STATISTICS.format(ytd=99)), at
    ),
    "a link confirmed, a figure corrected": decisions,
}
# Where the configuration changed, the build begins from the ledger alone: there is nothing to compare.
ANEW = {"the first returns", "a link confirmed, a figure corrected"}


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """By day: which tables and views differ between the two builds, and how many nodes were kept."""
    home = a_home(tmp_path_factory.mktemp("story") / "home")
    point_dbt_at(home)
    told = {}
    for number, (day, happens) in enumerate(STORY.items()):
        now = FIRST + timedelta(days=7 * number)
        happens(home, now - timedelta(hours=1))
        catalogue = read_catalogue(home)
        outcome = load_returns(home, catalogue, now, lambda _stage, _done, _all: None)
        take_snapshot(home)
        results = build(home)
        told[day] = (
            [] if day in ANEW else differing_from_a_full_build(home),
            sum(bool(result.adapter_response.get("kept")) for result in results),
            outcome.receipts,
        )
        publish(home, catalogue.settings)
        with open_work_database(home, catalogue.forms) as connection:
            record_current(connection, home)
    return home, told


def build(home, full_refresh=False, say=lambda _: None):
    resource = HomeResource(root=str(home.root), full_refresh=full_refresh)
    with resource._held:
        results = build_marts(resource, RunResults(say=say), read_manifest())
    raise_on_failure(results, home.logs)
    return results


def differing_from_a_full_build(home):
    """The build that went on is in its place afterwards."""
    continued = home.root / "continued.duckdb"
    shutil.copy(home.building_database, continued)
    build(home, full_refresh=True)
    found = differing(continued, home.building_database)
    continued.replace(home.building_database)
    return found


def differing(one, other):
    """Tables and views that do not hold the same rows, however often."""
    with open_read_only(one) as connection:
        connection.execute(f"attach '{other}' as other (read_only)")
        named = {
            database: connection.execute(
                "select schema_name || '.' || name from ("
                " select database_name, schema_name, table_name as name from duckdb_tables() union all"
                " select database_name, schema_name, view_name from duckdb_views() where not internal)"
                " where database_name = $1 and schema_name <> 'increment' order by 1",
                [database],
            ).fetchall()
            for database in ("release_file", "other")
        }
        assert named["release_file"] == named["other"]
        assert len(named["other"]) > 200
        return [
            name
            for (name,) in named["other"]
            if connection.execute(
                f"select count(*) from ((from release_file.{name} except all from other.{name})"
                f" union all (from other.{name} except all from release_file.{name}))"
            ).fetchall()[0][0]
        ]


def test_every_day_both_builds_hold_the_same(days):
    _, told = days
    assert {day: differences for day, (differences, _, _) in told.items() if differences} == {}


def test_every_day_brought_what_it_is_there_for(days):
    """Else the test above would prove less than it says."""
    _, told = days
    statuses = {day: set(receipts) for day, (_, _, receipts) in told.items()}
    assert statuses["a file that is no return"] == {"refused"}
    for day in (
        "the next month", "a month reported again", "a ledger that lists one more", "statistics sent again",
    ):  # fmt: skip
        assert statuses[day] <= {"accepted", "accepted_with_warnings"}, day
        assert statuses[day], day


def test_what_did_not_change_is_kept(days):
    _, told = days
    kept = {day: count for day, (_, count, _) in told.items()}
    assert {day for day, count in kept.items() if count == 0} == ANEW
    assert kept["nothing new"] > 150
    assert kept["the next month"] < kept["a file that is no return"] < kept["nothing new"]


def test_a_node_reads_nothing_but_what_dbt_knows_it_depends_on(days, tmp_path):
    """Else it would be kept although what it reads has changed."""
    home, _ = days
    manifest = read_manifest()
    named = {
        name: (node["schema"], node.get("alias") or node["identifier"])
        for name, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if node["resource_type"] in ("model", "source")
    }
    built = Path(shutil.copy(home.published / "current" / BUILD_COPY, tmp_path))
    built.chmod(0o600)
    with open_for_writing(built) as connection:
        statements = take_notes(connection).statements
    assert len(statements) > 180
    faults = []
    for name, statement in statements.items():
        known = {named[one] for one in manifest["nodes"][name]["depends_on"]["nodes"]}
        known |= {named[name]} if name in named else set()
        read = set(re.findall(r'"work"\."(\w+)"\."(\w+)"', statement))
        faults += [(name, one) for one in read - known]
        faults += [(name, word) for word in UNSTEADY.findall(statement)]
    assert faults == []


# What gives another answer tomorrow, or tells of the database instead of the rows.
UNSTEADY = re.compile(
    r"\b(?:current_(?:date|time\w*|setting|database)|now\(|today\(|random\(|uuid\(|nextval|getenv"
    r"|information_schema|duckdb_\w+\(|pragma_\w+|read_\w+\(|getvariable)",
    re.IGNORECASE,
)


def test_a_build_that_its_usual_memory_is_too_small_for_is_made_without_a_limit(days, monkeypatch):
    home, _ = days
    monkeypatch.setattr(warehouse, "_usual_memory_mib", lambda _home: 24)
    said = []
    assert not failures(build(home, full_refresh=True, say=said.append))
    assert said == ["The marts do not fit into 24 MiB; they are built without a limit."]
