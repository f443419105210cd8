"""A month, or a year of months in one run, judged anew and made anew; the ledger and the figures stay as they were."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from replays import Replay

from pipelines.database import open_read_only
from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.settings import Home

pytestmark = pytest.mark.xdist_group("hualong")
NOW = "2018-03-01T18:00:00"


@pytest.fixture(scope="module")
def home(hualong: Replay, tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("periods") / "home"
    shutil.copytree(hualong.home, root, symlinks=True)
    return Home(root)


@pytest.fixture
def definitions(home: Home) -> dg.Definitions:
    return build_definitions(HomeResource(root=str(home.root), now=NOW), RunResults())


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def a_year(year: int) -> dict[str, str]:
    """The tags of a backfill that is one run."""
    return {
        "dagster/asset_partition_range_start": f"{year}-01",
        "dagster/asset_partition_range_end": f"{year}-12",
    }


def materialised(run: dg.ExecuteInProcessResult, name: str) -> dict[str | None, dict[str, object]]:
    """The metadata of an asset's materialisations, by partition."""
    return {
        event.partition: {key: value.value for key, value in event.materialization.metadata.items()}
        for event in run.all_events
        if event.is_step_materialization and event.asset_key.path[-1] == name
    }


def receipts(home: Home) -> list[tuple[object, ...]]:
    with open_read_only(home.work_database) as connection:
        return connection.execute(
            "select receipt_id, status, period, version_no, superseded_by from raw.receipts order by 1"
        ).fetchall()


def test_a_year_judged_anew_is_one_run_and_a_report_for_every_month(home, definitions, instance):
    before, stamp = receipts(home), home.work_database.stat().st_mtime_ns
    run = definitions.resolve_job_def("revalidate").execute_in_process(
        instance=instance, tags=a_year(2017)
    )
    months = materialised(run, "revalidation")
    assert list(months) == [f"2017-{month:02d}" for month in range(1, 13)]
    assert sum(month["returns"] for month in months.values()) == sum(
        status != "duplicate" and period.startswith("2017") for _, status, period, *_ in before
    )
    (check,) = run.get_asset_check_evaluations()
    assert check.passed, [m["first_differences"] for m in months.values() if m["differences"]]
    for shown in months.values():
        assert Path(str(shown["report"])).read_text("utf-8-sig").startswith("receipt_id,unit_code")
    assert (receipts(home), home.work_database.stat().st_mtime_ns) == (before, stamp)


def test_a_rule_that_became_stricter_shows_what_would_be_refused(home, definitions, instance):
    """With a smaller limit on rows, what was taken then would be too long now."""
    settings = home.settings_file.read_text("utf-8")
    with open_read_only(home.ledger_snapshot) as connection:
        ((month,),) = connection.execute(
            "select period from raw.receipts where form_id = 'progress_report'"
            " and status like 'accepted%' and length(period) = 7 order by period limit 1"
        ).fetchall()
    home.settings_file.write_text(
        settings + ("" if "[limits]" in settings else "\n[limits]\nmax_rows = 2\n"), "utf-8"
    )
    try:
        run = definitions.resolve_job_def("revalidate").execute_in_process(
            instance=instance, partition_key=str(month)
        )
    finally:
        home.settings_file.write_text(settings, "utf-8")
    shown = materialised(run, "revalidation")[str(month)]
    assert shown["differences"]
    assert "→ refused" in str(shown["first_differences"])
    (check,) = run.get_asset_check_evaluations()
    assert not check.passed and check.severity == dg.AssetCheckSeverity.WARN


def test_a_month_made_anew_is_published_with_the_same_figures(home, definitions, instance):
    last = (home.published / "current").resolve().name
    run = definitions.resolve_job_def("rebuild").execute_in_process(
        instance=instance, partition_key="2017-06"
    )
    shown = materialised(run, "figures")["2017-06"]
    assert int(shown["release"]) == int(last) + 1
    assert (home.published / "current").resolve().name == str(shown["release"])
    assert shown["tables_changed"] == 0
    assert shown["dagster/partition_row_count"] > 0
    assert "| fct_investment | 42 → 42 | = |" in str(shown["before_after"])
