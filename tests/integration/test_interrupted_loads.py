"""Killed at any step, a load leaves nothing that the next one does not set right.

Here receiving, judging and answering are killed at their steps, and publishing at each of its own. Whole loads, dbt
among them, are killed at random moments by ``tests/support/killed_loads.py``. ``EVERY_STEP=1`` tries all steps.
"""

import os
import shutil
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from grids import a_file
from homes import a_home, drop
from interruptions import in_child, kill_at, spread, steps_of, telling
from pictures import a_picture
from releases import LEDGER, REPORT, STATISTICS, build_marts, change_marts, publish_marts
from small_district import declared_forms

from pipelines.database import open_read_only
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.quick import answer_now
from pipelines.release.audit import audit_home
from pipelines.release.home_proofs import answers, archive
from pipelines.release.ledger_proofs import end_states, loads, seals
from pipelines.release.publishing import current_release
from pipelines.settings import Home
from pipelines.validation import evaluation

NOW = "2019-07-05T18:00:00"
EARLIER = datetime.fromisoformat(NOW) - timedelta(days=1)
EVERY_STEP = bool(os.environ.get("EVERY_STEP"))
# How many of the steps are tried, evenly spread, where not all are: some seconds each.
_TRIED = 7


def a_package():
    data = BytesIO()
    with ZipFile(data, "w") as package:
        package.writestr("五月.xlsx", a_file(REPORT.replace("6月", "5月")))
        package.writestr("四月.xlsx", a_file(REPORT.replace("6月", "4月")))
    return data.getvalue()


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A home with everything a load meets in its inbox: good, refused, duplicate, packed, a picture."""
    evaluation._warm_up()  # once, for all the children
    home = a_home(tmp_path_factory.mktemp("interrupted") / "home")
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), EARLIER)
    drop(home, "jia/进展.xlsx", a_file(REPORT), EARLIER)
    drop(home, "jia/进展（再报）.xlsx", a_file(REPORT), EARLIER)
    drop(home, "jia/坏.xlsx", b"not a workbook", EARLIER)
    drop(home, "jia/前两月.zip", a_package(), EARLIER)
    drop(home, "tongji/统计.xlsx", a_file(STATISTICS), EARLIER)
    drop(home, "jia/photos/滨河路/2019-06/路基.jpg", a_picture(), EARLIER)
    return home


def copy_of(home, root):
    return Home(shutil.copytree(home.root, root, symlinks=True))


def answer(home):
    """The quick rhythm, as ``taizhang watch`` runs it."""
    os.environ["TAIZHANG_NOW"] = NOW
    result = answer_now(home, lambda _text: None)
    assert result.failure is None, result.failure


def held(home):
    """Everything that a load leaves: the ledger's rows, and the files of archive, inbox and feedback."""
    with open_read_only(home.work_database) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in ('raw', 'config')"
        ).fetchall()
        tables = {
            f"{schema}.{name}": connection.execute(
                f'from {schema}."{name}" order by all'
            ).fetchall()
            for schema, name in names
        }
    # One killed after its end is followed by another of the same moment.
    tables["raw.loads"] = sorted({row[1:] for row in tables["raw.loads"]})
    files = {
        path.relative_to(home.root).as_posix()
        for folder in (home.archive, home.inbox, home.feedback, home.ledger_snapshot.parent)
        for path in folder.rglob("*")
    }
    return {**tables, "files": files, "marks": sorted(p.name for p in home.root.iterdir())}


def proofs(home):
    with open_work_database(home, declared_forms()) as connection:
        return [
            fault
            for proof in (
                archive(connection, home), loads(connection), end_states(connection),
                seals(connection), answers(connection, home),
            )
            for fault in proof.faults
        ]  # fmt: skip


@pytest.fixture(scope="module")
def straight(untouched, tmp_path_factory):
    """What one undisturbed run leaves."""
    home = copy_of(untouched, tmp_path_factory.mktemp("straight") / "home")
    assert in_child(lambda: answer(home)) == 0
    left = held(home)
    assert {row[11] for row in left["raw.receipts"]} == {
        "accepted",
        "accepted_with_warnings",
        "refused",
        "duplicate",
    }
    assert not any(path.startswith("inbox/") and "." in path for path in left["files"])
    return left


def test_receiving_judging_and_answering_may_be_killed_at_any_step(
    untouched, straight, tmp_path, subtests
):
    rehearsal = copy_of(untouched, tmp_path / "rehearsal")
    steps = telling(steps_of(lambda: answer(rehearsal), rehearsal.root, tmp_path / "steps"))
    assert len(steps) > 100
    for number, step in enumerate(steps if EVERY_STEP else spread(steps, _TRIED)):
        with subtests.test(step=step):
            home = copy_of(untouched, tmp_path / f"home{number}")
            kill_at(lambda home=home: answer(home), home.root, step)
            assert in_child(lambda home=home: answer(home)) == 0
            found = held(home)
            assert found.keys() == straight.keys()
            assert [name for name in straight if found[name] != straight[name]] == []
            assert proofs(home) == []
            shutil.rmtree(home.root)


def released(home):
    folder = current_release(home)
    with open_read_only(folder / "reporting.duckdb") as connection:
        return connection.execute("select count(*) from marts.fct_investment").fetchall()[0][0]


@pytest.fixture(scope="module")
def built(untouched, tmp_path_factory):
    """A home with a release of two investments, and marts of one for the next."""
    home = copy_of(untouched, tmp_path_factory.mktemp("built") / "home")
    assert in_child(lambda: (answer(home), build_marts(home), publish_marts(home))) == 0
    assert (
        in_child(lambda: change_marts(home, "alter table marts.fct_corrections add note text")) == 0
    )
    return home


def test_publishing_may_be_killed_at_any_step(built, tmp_path, subtests):
    def columns(home):
        with open_read_only(current_release(home) / "reporting.duckdb") as connection:
            return len(connection.execute("describe marts.fct_corrections").fetchall())

    assert columns(built) == 5
    rehearsal = copy_of(built, tmp_path / "rehearsal")
    steps = telling(steps_of(lambda: publish_marts(rehearsal), rehearsal.root, tmp_path / "steps"))
    assert len(steps) > 60
    for number, step in enumerate(steps if EVERY_STEP else spread(steps, _TRIED)):
        with subtests.test(step=step):
            home = copy_of(built, tmp_path / f"home{number}")
            kill_at(lambda home=home: publish_marts(home), home.root, step)
            assert columns(home) in (5, 6), "a reader meets one whole release"
            assert released(home) == 6
            assert in_child(lambda home=home: publish_marts(home)) == 0
            assert columns(home) == 6
            names = sorted(p.name for p in home.published.iterdir())
            assert names == [
                "current",
                "manifest.json",
                "parquet",
                "releases",
                "reporting.duckdb",
                "statistics.duckdb",
            ]
            faults = [f for proof in audit_home(home, declared_forms(), 0) for f in proof.faults]
            assert faults == []
            shutil.rmtree(home.root)
