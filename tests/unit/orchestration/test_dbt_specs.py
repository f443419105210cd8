"""The dbt project as it is shown: taken from a manifest, small enough to be read here."""

import dagster as dg
import pytest

from pipelines.orchestration import layers
from pipelines.orchestration.dbt_specs import warehouse_specs

PARENT, MART, SOURCE = "model.t.int_rows", "model.t.fct_rows", "source.t.raw.receipts"


def model(name, folder, schema, depends_on, **more):
    return {
        "resource_type": "model", "unique_id": f"model.t.{name}", "name": name, "alias": name,
        "fqn": ["t", folder, name], "database": "work", "schema": schema, "description": "",
        "raw_code": "select 1\nas one", "columns": {}, "depends_on": {"nodes": depends_on},
        "config": {"schema": schema, "materialized": "table", "meta": {}}, **more,
    }  # fmt: skip


def data_test(name, depends_on, severity="ERROR", **more):
    return {
        "resource_type": "test", "unique_id": f"test.t.{name}", "name": name,
        "depends_on": {"nodes": depends_on}, "config": {"severity": severity, "meta": {}}, **more,
    }  # fmt: skip


@pytest.fixture
def manifest():
    columns = {"row_key": {"data_type": "string", "description": "The key."}}
    nodes = [
        model("int_rows", "intermediate", "intermediate", [SOURCE, SOURCE]),
        model("fct_rows", "marts", "marts", [PARENT], description="每行一条。", columns=columns),
        data_test("of_one", [MART], "warn"),
        data_test("of_two_declared", [MART, PARENT, SOURCE], attached_node=MART),
        data_test("of_two", [MART, PARENT]),
        data_test("of_a_source", [SOURCE]),
    ]
    source = {
        "resource_type": "source", "source_name": "raw", "name": "receipts", "database": "work",
        "schema": "raw", "columns": {},
    }  # fmt: skip
    return {
        "metadata": {"adapter_type": "duckdb", "project_id": "p"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {SOURCE: source},
    }


def test_a_model_is_an_asset_of_its_layer(manifest):
    mart = warehouse_specs(manifest, with_checks=False).assets[MART]
    assert mart.key == dg.AssetKey(["marts", "fct_rows"])
    assert mart.group_name == layers.MARTS and mart.owners == list(layers.OWNERS[layers.MARTS])
    assert mart.kinds == {"dbt", "duckdb"} and mart.skippable
    assert (
        mart.description.startswith("每行一条。\n")
        and "    select 1\n    as one\n" in mart.description
    )
    assert mart.metadata["dagster/table_name"] == "work.marts.fct_rows"
    assert [c.name for c in mart.metadata["dagster/column_schema"].columns] == ["row_key"]
    assert [dep.asset_key for dep in mart.deps] == [dg.AssetKey(["intermediate", "int_rows"])]


def test_a_source_is_named_with_its_table_and_once(manifest):
    [dep] = warehouse_specs(manifest, with_checks=False).assets[PARENT].deps
    assert dep.asset_key == dg.AssetKey(["raw", "receipts"])
    assert dep.metadata["dagster/table_name"] == "work.raw.receipts"


def test_a_changed_statement_is_another_version(manifest):
    before = warehouse_specs(manifest, with_checks=False).assets[MART].code_version
    manifest["nodes"][MART]["raw_code"] = "select 2"
    assert warehouse_specs(manifest, with_checks=False).assets[MART].code_version != before


def test_a_test_is_a_check_of_the_model_it_belongs_to(manifest):
    checks = warehouse_specs(manifest, with_checks=True).checks
    assert set(checks) == {"test.t.of_one", "test.t.of_two_declared"}
    one, two = checks["test.t.of_one"], checks["test.t.of_two_declared"]
    assert one.asset_key == two.asset_key == dg.AssetKey(["marts", "fct_rows"])
    assert not one.blocking and two.blocking
    assert {dep.asset_key for dep in two.additional_deps} == {
        dg.AssetKey(["intermediate", "int_rows"]), dg.AssetKey(["raw", "receipts"]),
    }  # fmt: skip


def test_without_checks_the_assets_are_the_same(manifest):
    bare, full = (warehouse_specs(manifest, with_checks=asked) for asked in (False, True))
    assert not bare.checks and bare.assets == full.assets
