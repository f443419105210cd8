"""What a terminal executes itself: the service's jobs without checks, in an instance that keeps nothing."""

from types import SimpleNamespace

import dagster as dg
import pytest
from homes import a_home

from pipelines.orchestration import warehouse
from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.dbt_manifest import read_manifest
from pipelines.orchestration.load_assets import terminal_job
from pipelines.orchestration.plain_failures import words_of
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.unkept_runs import unkept_instance


@pytest.mark.parametrize("name", ["load", "answer"])
def test_a_terminal_does_what_the_service_does(name):
    home, results = HomeResource(root="/nowhere"), RunResults()
    of_service = build_definitions(home, results).resolve_job_def(name).asset_layer
    of_terminal = terminal_job(home, results, name).asset_layer
    assert of_terminal.executable_asset_keys == of_service.executable_asset_keys
    assert of_service.asset_graph.asset_check_keys and not of_terminal.asset_graph.asset_check_keys


@pytest.mark.parametrize("with_checks", [True, False])
def test_a_failed_test_ends_the_run_whether_it_is_a_check_or_not(
    tmp_path, instance, monkeypatch, with_checks
):
    home = a_home(tmp_path / "home")
    monkeypatch.setattr(warehouse, "build_marts", lambda *_: [a_failed_test()])
    monkeypatch.setattr(warehouse, "stored_rows", lambda _: {})
    done = dg.materialize(
        [warehouse.dbt_asset(with_checks)],
        instance=instance,
        resources={"home": HomeResource(root=str(home.root)), "results": RunResults()},
        raise_on_error=False,
    )
    failed = [event for event in done.all_events if event.is_step_failure]
    assert not done.success
    assert words_of(failed).startswith("The release is held back; 1 model(s) or test(s) failed:")
    assert bool(done.get_asset_check_evaluations()) == with_checks


def a_failed_test():
    manifest = read_manifest()
    name = next(iter(warehouse.warehouse_specs(manifest, with_checks=True).checks))
    node = SimpleNamespace(
        unique_id=name, name=manifest["nodes"][name]["name"], resource_type="test",
        original_file_path="tests/a_test.sql", config=SimpleNamespace(severity="ERROR"),
    )  # fmt: skip
    return SimpleNamespace(node=node, status="fail", failures=2, message="2 rows")


@dg.asset
def rows() -> None:
    """Something to make."""


@dg.asset(deps=[rows])
def marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    context.instance.add_run_tags(context.run.run_id, {"made": "yes"})
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset(deps=[marts])
def broken() -> None:
    raise dg.Failure(description="The disk is full.", allow_retries=False)


@pytest.fixture
def instance():
    with unkept_instance() as instance:
        yield instance


def test_a_run_knows_what_it_did(instance):
    done = dg.materialize([rows, marts], instance=instance)
    made = done.asset_materializations_for_node("marts")
    assert done.success and [one.metadata["rows"].value for one in made] == [3]
    assert instance.get_run_by_id(done.run_id).tags["made"] == "yes"


def test_a_failure_is_told_by_the_run(instance):
    done = dg.materialize([rows, marts, broken], instance=instance, raise_on_error=False)
    [failed] = [event for event in done.all_events if event.is_step_failure]
    assert "The disk is full." in str(failed.event_specific_data)
    assert instance.get_run_by_id(done.run_id).status == dg.DagsterRunStatus.FAILURE


def test_nothing_is_kept_for_afterwards(instance):
    done = dg.materialize([rows], instance=instance)
    assert instance.is_ephemeral and not instance.all_logs(done.run_id)
    assert instance.get_latest_materialization_event(rows.key) is None
