"""What a user of the Dagster UI finds: every asset says what it is, whose it is, where it belongs and what it is made of."""

from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.orchestration import layers
from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.period_partitions import first_year, month_partitions
from pipelines.orchestration.resources import HomeResource, RunResults

ORCHESTRATION = Path(layers.__file__).parent
GROUPS = list(layers.OWNERS)


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(HomeResource(root="/nowhere"), RunResults())


def test_every_asset_is_described_grouped_owned_and_of_a_kind(definitions):
    specs = list(definitions.resolve_all_asset_specs())
    lacking = [
        spec.key.to_user_string()
        for spec in specs
        if not (spec.description and spec.group_name in GROUPS and spec.owners and spec.kinds)
        or len(spec.kinds) > 3
    ]
    assert not lacking
    assert {spec.group_name for spec in specs} == set(GROUPS)


def test_no_asset_reads_one_of_a_later_group(definitions):
    """The groups sort in the order in which the data passes, so that the graph reads from left to right."""
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    backwards = [
        f"{spec.key.to_user_string()} reads {dep.asset_key.to_user_string()}"
        for spec in specs.values()
        for dep in spec.deps
        if dep.asset_key in specs and specs[dep.asset_key].group_name > spec.group_name
    ]
    assert not backwards
    assert sorted(GROUPS) == GROUPS


def test_every_rule_and_every_proof_of_the_gate_is_a_check_of_its_asset(definitions):
    checks = {
        (key.asset_key.to_user_string(), key.name)
        for key in definitions.resolve_asset_graph().asset_check_keys
    }
    assert ("published/release", "gate_seals") in checks
    assert ("periods/revalidation", "same_as_then") in checks
    assert {asset for asset, _ in checks} >= {"raw/receipts", "raw/progress_report"}


def test_what_starts_by_itself_runs_without_anybody_switching_it_on(definitions):
    repository = definitions.get_repository_def()
    assert {s.name for s in repository.sensor_defs} == {
        "inbox", "catch_up", "failures", "health", "orphaned_runs", "retention",
    }  # fmt: skip
    assert all(s.default_status == dg.DefaultSensorStatus.RUNNING for s in repository.sensor_defs)
    assert all(
        s.default_status == dg.DefaultScheduleStatus.RUNNING for s in repository.schedule_defs
    )


def test_a_load_leaves_the_reruns_of_periods_alone(definitions):
    load = definitions.resolve_job_def("load")
    keys = {key.to_user_string() for key in load.asset_layer.executable_asset_keys}
    assert "published/release" in keys
    assert not any(key.startswith("periods/") for key in keys)


def test_a_year_of_months_is_one_run(definitions):
    graph = definitions.resolve_asset_graph()
    for name in ("revalidation", "figures"):
        node = graph.get(dg.AssetKey(["periods", name]))
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_the_partitions_begin_with_the_first_year_the_home_knows(small_home):
    assert first_year(small_home) == 2018
    keys = month_partitions(small_home).get_partition_keys()
    assert keys[0] == "2018-01"
    assert len(keys) == len(set(keys))


def test_both_storages_have_the_same_instance_around_them():
    one_machine = yaml.safe_load((ORCHESTRATION / "dagster.yaml").read_text("utf-8"))
    postgres = yaml.safe_load((ORCHESTRATION / "dagster-postgres.yaml").read_text("utf-8"))
    assert set(postgres.pop("storage")) == {"postgres"}
    assert postgres == one_machine


def test_the_pools_admit_one_step_at_a_time(tmp_path, definitions):
    (tmp_path / "dagster.yaml").write_bytes((ORCHESTRATION / "dagster.yaml").read_bytes())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1
        assert pools.pool_granularity.value == "op"
        assert instance.run_monitoring_enabled and instance.freshness_enabled
        assert not instance.telemetry_enabled
    pooled = {
        key.to_user_string(): node.pools
        for key in (
            dg.AssetKey(["raw", "receipts"]), dg.AssetKey(["feedback", "answers"]),
            dg.AssetKey(["published", "release"]), dg.AssetKey(["periods", "figures"]),
        )
        for node in [definitions.resolve_asset_graph().get(key)]
    }  # fmt: skip
    assert pooled == {
        "raw/receipts": {"ledger"}, "feedback/answers": {"ledger"},
        "published/release": {"warehouse"}, "periods/figures": {"warehouse"},
    }  # fmt: skip


@pytest.fixture
def small_home(tmp_path):
    from homes import PLAN, a_home

    return a_home(tmp_path / "home", plan=PLAN + "progress_report,yi,monthly,+5wd,2018-06,,\n")
