"""Decisions about links on the sample year: written by the commands, taken up by the next build of the marts."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from replays import taizhang

from pipelines.declarations.district import load_district
from pipelines.release.publishing import BUILD_COPY

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
REJECTED, CONFIRMED = "附属医院南区周边综合整治提升", "滦河主河道及河道管理线范围清理整治项目"
MODELS = (
    "stg_links", "stg_link_rejections", "int_reconciliation__rejections", "int_reconciliation__matches",
    "int_reconciliation__proposals", "int_reconciliation__pairs", "int_reconciliation__entry",
    "int_reconciliation__rows", "fct_fai_reconciliation", "fct_fai_difference_cause", "mart_entry_gap",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(chengde, tmp_path_factory):
    """A home with the sample's settings and release, whose links are its own."""
    root = tmp_path_factory.mktemp("linked")
    shutil.copytree(chengde.home / "config", root / "config")
    shutil.copy(chengde.home / "taizhang.toml", root)
    (root / "published").symlink_to(chengde.home / "published")
    return root


def propose(home):
    listed = taizhang("links", "propose", "--home", home, "--json")
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout)["candidates"]


@pytest.fixture(scope="module")
def decided(chengde, home):
    """The marts of the release, built once more after one candidate was rejected and one confirmed."""
    ids = {one["project_name"]: one["candidate_id"] for one in propose(home)}
    for command, name in (("reject", REJECTED), ("confirm", CONFIRMED)):
        done = taizhang("links", command, ids[name], "--home", home, "--by", "联合核对组")
        assert done.returncode == 0, done.stderr
    path = Path(shutil.copy(chengde.home / "published" / "current" / BUILD_COPY, home))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from config.links")
        connection.executemany(
            f"insert into config.links values ({', '.join('?' * 8)})",
            [list(vars(link).values()) for link in load_district(home / "config").links],
        )
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "run", "--select", *MODELS,
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(home / "target"), "--log-path", str(home / "target"),
        ],
        env={**os.environ, "TAIZHANG_WORK_DB": str(path)},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_what_was_decided_does_not_come_again(home, decided):
    assert not {REJECTED, CONFIRMED} & {one["project_name"] for one in propose(home)}


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        (REJECTED, [("ledger_only_not_entered", "none", "not_entered")]),
        (CONFIRMED, [("matched_differs", "link", "unexplained")]),
    ],
)
def test_the_next_build_takes_it_up(decided, name, classes):
    assert (
        decided.execute(
            "select match_class, match_method, reason_code from marts_restricted.fct_fai_reconciliation"
            " where project_name = ? and period = '2019-12'",
            [name],
        ).fetchall()
        == classes
    )


def test_a_record_that_was_rejected_stands_alone_and_the_project_stays_in_the_entry_gap(decided):
    assert decided.execute(
        "select match_class from marts_restricted.fct_fai_reconciliation"
        " where statistics_code = '13087120190034' and period = '2019-12'"
    ).fetchall() == [("statistics_only",)]
    gaps = decided.execute(
        "select project_name, is_proposed from marts.mart_entry_gap where period = '2019-12'"
    ).fetchall()
    assert (REJECTED, False) in gaps
    assert CONFIRMED not in {name for name, _ in gaps}


def test_the_entry_gap_counts_what_the_entry_rate_leaves_out(chengde):
    assert (
        chengde.ask(
            """
        select r.unit_code, r.period, r.due_count - r.entered_count as left_out, count(g.project_key) as listed
        from marts.mart_fai_entry_rate as r
        left join marts.mart_entry_gap as g on r.unit_code = g.unit_code and r.period = g.period
        group by all having left_out <> listed
        """
        )
        == []
    )


def test_the_causes_of_the_district_add_up_to_ledger_less_statistics_in_every_month(chengde):
    rows = chengde.ask(
        """
        select r.period,
            sum(coalesce(r.ledger_ytd_wanyuan, 0) - coalesce(r.statistics_ytd_wanyuan, 0)) as gap,
            (select sum(c.amount_wanyuan) from marts.fct_fai_difference_cause as c where c.period = r.period)
        from marts.fct_fai_reconciliation as r group by r.period
        """,
        release="statistics",
    )
    assert len(rows) == 11 and all(gap == causes for _, gap, causes in rows)


def test_no_open_table_holds_a_record_of_the_library(chengde):
    codes = [
        code
        for (code,) in chengde.ask(
            "select distinct statistics_code from marts.dim_statistics_record", release="statistics"
        )
    ]
    for table in ("mart_entry_gap", "mart_fai_difference_cause"):
        text = str(chengde.ask(f"select * from marts.{table}"))
        assert codes and not [code for code in codes if code in text]
