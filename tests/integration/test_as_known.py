"""Chengde 2019 looked back on: what every release showed is told by its versions, and can be rebuilt to the last row.

After the replayed year one more load changes everything that may change: a month is reported again, a figure corrected
by declaration, a project linked, a waiver granted, the lights judged by another policy. Before it, the recording of
the last release is undone, as where a load is cut off right after the switch.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from chengde import PROFILE, Replay, taizhang

JULY, YEAR_END, LATER = "2019-07-15T18:00:00", "2020-01-08T18:00:00", "2020-02-03T18:00:00"
MOMENTS = {1: "2019-07-05T18:00:00", 2: JULY, 3: YEAR_END, 4: LATER}
REPORT = PROFILE / "samples" / "chengguan" / "城管局12月份进展情况表.xlsx"
CHANGES = {
    "corrections.csv": (
        "form_id,unit_code,period,project,field,expect_value,new_value,reason,decided_by,status\n",
        "progress_report,dashuju,2019-04,承德新一代绿色数据中心,investment_ytd_wanyuan,"
        "4390,4390.5,少报一笔,发改局,open\n",
    ),
    "links.csv": (
        "",
        "project_ledger,2019-130871-78-01-000067,statistics_fai,13087120190034,核对组,2020-01-20,\n",
    ),
    "waivers.csv": (
        "",
        "light:progress,chengguan,,,,城管局,项目建设办公室,冬季停工,2020-12-31\n",
    ),
    "light_rules.csv": (
        "",
        "2019-3,2019-10-01,progress,green,pp_ahead,>=,-50,年末放宽\n"
        "2019-3,2019-10-01,progress,red,pp_ahead,<,-50,年末放宽\n",
    ),
}
MACROS = {
    "reporting": {
        "investment": "fct_investment",
        "starts": "fct_starts",
        "completions": "fct_completions",
        "targets": "fct_targets",
        "indicator_actuals": "fct_indicator_actuals",
        "fai_reconciliation": "mart_fai_reconciliation",
    },
    "statistics": {"fai_reconciliation": "fct_fai_reconciliation"},
}


def report_again(target: Path) -> None:
    """December once more: one project has done 3 万元 more."""
    book = openpyxl.load_workbook(REPORT)
    for row in book.active.iter_rows():
        if {"建筑垃圾消纳场", "合计"} & {cell.value for cell in row}:
            for cell in row[2:5]:
                cell.value = float(Decimal(str(cell.value)) + 3)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    at = datetime(2020, 2, 3, 8).timestamp()
    os.utime(target, (at, at))


def forget_last_release(home: Path) -> None:
    """Undo what was recorded of the third release, as if the load had ended before it was."""
    with duckdb.connect(str(home / "work.duckdb")) as ledger:
        ledger.execute("delete from history.releases where release_id = 3")
        for (table,) in ledger.execute(
            "select table_name from duckdb_tables() where schema_name = 'history'"
            " and table_name <> 'releases'"
        ).fetchall():
            ledger.execute(f"delete from history.{table} where known_from >= '{YEAR_END}'")
            ledger.execute(
                f"update history.{table} set known_to = null where known_to >= '{YEAR_END}'"
            )


@pytest.fixture(scope="module")
def changed(chengde, tmp_path_factory):
    """The replayed home after a load at which everything changed."""
    root = tmp_path_factory.mktemp("as-known") / "home"
    home = Path(shutil.copytree(chengde.home, root, symlinks=True))
    forget_last_release(home)
    for name, (head, rows) in CHANGES.items():
        table = home / "config" / name
        text = table.read_text("utf-8-sig") if table.exists() else head
        table.write_text(text.rstrip("\n") + "\n" + rows, "utf-8")
    report_again(home / "inbox" / "chengguan" / REPORT.name)
    done = taizhang("load", "--home", home, "--now", LATER)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return Replay(home, done.stdout)


def tables_of(folder: Path) -> dict[str, list[tuple]]:
    """Every table in the two files of a release."""
    found = {}
    for edition in MACROS:
        with duckdb.connect(str(folder / f"{edition}.duckdb"), read_only=True) as connection:
            names = "select table_name from duckdb_tables() where schema_name = 'marts'"
            for (name,) in connection.execute(names).fetchall():
                rows = connection.execute(f"from marts.{name} order by all").fetchall()
                found[f"{edition}.{name}"] = rows
    return found


def differing(found, expected) -> list[str]:
    names = sorted(found.keys() | expected.keys())
    return [name for name in names if found.get(name) != expected.get(name)]


def untouched(home: Path) -> dict[str, str]:
    """What a look back must leave as it was: ledger, archive and everything published."""
    kept = [home / "work.duckdb", *(home / "published").rglob("*"), *(home / "archive").rglob("*")]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept if path.is_file()
    }


def test_the_versions_tell_what_every_release_showed(changed):
    """Also of the release whose recording was cut off: the next load has made it good."""
    for edition, macros in MACROS.items():
        for number, moment in MOMENTS.items():
            shown = tables_of(changed.home / "published" / "releases" / str(number))
            for macro, table in macros.items():
                known = changed.ask(
                    f"select * exclude (known_from, known_to) from marts.{macro}_as_known("
                    f"timestamp '{moment}') order by all",
                    release=edition,
                )
                assert known == shown[f"{edition}.{table}"], (macro, number)
    assert changed.ask("from marts.investment_as_known(timestamp '2019-07-05 17:59:59')") == []


def test_everything_did_change_at_the_last_load(changed):
    """Else the test below would prove nothing."""
    releases = changed.home / "published" / "releases"
    different = differing(tables_of(releases / "4"), tables_of(releases / "3"))
    assert {
        "reporting.fct_investment", "reporting.fct_corrections", "reporting.fct_waivers",
        "reporting.mart_project_light", "reporting.fct_revisions",
        "statistics.fct_fai_reconciliation",
    } <= set(different)  # fmt: skip


def test_a_release_is_rebuilt_as_it_was_with_the_configuration_of_then(changed, tmp_path):
    before = untouched(changed.home)
    done = taizhang(
        "load", "--home", changed.home, "--as-known", "2020-01-31", "--into", tmp_path / "then"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    published = tables_of(changed.home / "published" / "releases" / "3")
    rebuilt = tables_of(tmp_path / "then")
    assert differing(rebuilt, published) == []
    assert (tmp_path / "then" / "statistics.duckdb").stat().st_mode & 0o777 == 0o600
    assert untouched(changed.home) == before
    assert not list((changed.home / "as_known").iterdir())


def test_before_the_first_release_nothing_was_known(changed):
    done = taizhang("load", "--home", changed.home, "--as-known", "2019-07-05T17:00:00")
    assert done.returncode == 1
    assert "2019-07-05 18:00:00" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_figure_reported_again_and_one_corrected_are_revisions(changed):
    rows = changed.ask(
        "select project_name, period, cause, old_value, new_value, difference, changed_by, reason"
        " from marts.fct_revisions where field = 'investment_ytd_wanyuan'"
        " and (known_at > timestamp '2020-01-09' or cause = 'corrected')"
    )
    again = [row for row in rows if row[2] == "resubmitted"]
    corrected = [row for row in rows if row[2] == "corrected"]
    assert [(row[1], row[5], row[6]) for row in again] == [("2019-12", Decimal(3), "chengguan")]
    assert corrected == [
        (
            "承德新一代绿色数据中心", "2019-04", "corrected", Decimal(4390), Decimal("4390.5"),
            Decimal("0.5"), "发改局", "少报一笔",
        )
    ]  # fmt: skip


def test_the_summary_says_how_often_and_by_how_much(changed):
    rows = changed.ask(
        "select reported_count, revised_count, revision_wanyuan, last_wanyuan - first_wanyuan"
        " from marts.mart_revision_summary where unit_code = 'chengguan' and period = '2019-12'"
        " and field = 'investment_ytd_wanyuan'"
    )
    assert [row[1:] for row in rows] == [(1, Decimal(3), Decimal(3))]
    assert rows[0][0] > 1


def test_the_audit_finds_nothing(changed):
    done = taizhang("audit", "--home", changed.home)
    assert done.returncode == 0, done.stdout
    assert "history: what was published when is recorded (4)" in done.stdout
