"""The statistician's own cases, written as dbt unit tests beside the models: all of them pass."""

import json
import os
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment
from small_district import declared_forms

from pipelines.declarations.decision_checks import correctable_fields
from pipelines.ledger.increments import CHANGED_RECEIPTS
from pipelines.orchestration.dbt_manifest import kept_marts
from pipelines.release.publishing import BUILD_COPY

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"


def dbt(database, folder, *command):
    """Run a command of dbt's on a database, with its own files in a folder."""
    environment = {
        **os.environ,
        "TAIZHANG_WORK_DB": str(database),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", *command,
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(folder), "--log-path", str(folder),
        ],
        env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_a_build_that_went_on_from_the_last_holds_what_a_full_one_does(chengde, tmp_path):
    """The marts that keep the rows of returns, as the last load left them, and made anew."""
    built = shutil.copy(chengde.home / "published" / "current" / BUILD_COPY, tmp_path)
    manifest = json.loads((PROJECT / "target" / "manifest.json").read_text("utf-8"))
    kept = sorted(kept_marts(manifest))

    def contents():
        with duckdb.connect(str(built), read_only=True) as connection:
            changed = connection.execute(f"select count(*) from {CHANGED_RECEIPTS}").fetchone()
            tables = {t: connection.execute(f"from {t} order by all").fetchall() for t in kept}
        return changed, tables

    (changed,), continued = contents()
    everything = len(continued["marts.fct_row_accounting"])
    assert 0 < changed < everything
    done = dbt(
        built, tmp_path, "run", "--full-refresh", "--select", "config.materialized:incremental"
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert contents()[1] == continued


def test_every_dbt_unit_test_passes(chengde, tmp_path):
    """They need the tables to exist, so they run on a copy of what a release was built from."""
    built = shutil.copy(chengde.home / "published" / "current" / BUILD_COPY, tmp_path)
    done = dbt(built, tmp_path, "test", "--select", "resource_type:unit_test")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    results = json.loads((tmp_path / "run_results.json").read_text("utf-8"))["results"]
    assert len(results) >= 51
    assert {result["status"] for result in results} == {"pass"}


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("from units limit 1", "duplicate key"),
        ("select * replace (null as unit_code) from units limit 1", "NOT NULL constraint failed"),
        (
            "select * replace ('x9' as unit_code, 'nowhere' as unit_type) from units limit 1",
            "dim_unit__holds_known_values",
        ),
    ],
)
def test_a_fault_in_a_mart_fails_its_build(chengde, tmp_path, planted, told):
    built = shutil.copy(chengde.home / "published" / "current" / BUILD_COPY, tmp_path)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create table staging.right_units as from staging.stg_units")
        connection.execute(
            "create or replace view staging.stg_units as with units as (from staging.right_units)"
            f" from units union all ({planted})"
        )
    done = dbt(
        built, tmp_path, "build", "--select", "dim_unit", "--exclude-resource-type", "unit_test"
    )
    assert done.returncode == 1
    assert told in done.stdout


def test_the_key_of_every_mart_is_made_of_its_grain(chengde):
    """A second row of one grain has then the same key, which the contract refuses; else the grain is tested."""
    nodes = json.loads((PROJECT / "target" / "manifest.json").read_text("utf-8"))["nodes"].values()
    tested = {
        node["attached_node"]
        for node in nodes
        if (node.get("test_metadata") or {}).get("name") == "unique_key"
    }
    built = chengde.home / "published" / "current" / BUILD_COPY
    with duckdb.connect(str(built), read_only=True) as connection:
        faults = [
            node["alias"]
            for node in nodes
            if node["resource_type"] == "model"
            and node["fqn"][1] == "marts"
            and node["unique_id"] not in tested
            and not _is_key_of_grain(connection, node)
        ]
    assert faults == []


def test_no_part_of_a_key_may_be_empty_and_no_index_of_it_is_kept(chengde):
    built = chengde.home / "published" / "current" / BUILD_COPY
    with duckdb.connect(str(built), read_only=True) as connection:
        kinds = "select distinct constraint_type from duckdb_constraints() where schema_name like 'marts%'"
        assert connection.execute(kinds).fetchall() == [("NOT NULL",)]
        keyed = (
            "select c.is_nullable, count(*) from (select split_part(table_name, '.', 1) as place,"
            " split_part(table_name, '.', 2) as mart, unnest(split(columns, ',')) as part"
            " from increment.keys) as k inner join duckdb_columns() as c"
            " on k.place = c.schema_name and k.mart = c.table_name and k.part = c.column_name group by 1"
        )
        ((is_nullable, columns),) = connection.execute(keyed).fetchall()
    assert (is_nullable, columns > 70) == (False, True)


def _is_key_of_grain(connection, node):
    grain, (key,) = node["config"]["meta"]["grain"], node["constraints"]
    never_empty = set(key["columns"]) | {
        name
        for name, column in node["columns"].items()
        if "not_null" in [constraint["type"] for constraint in column["constraints"]]
    }
    if not grain or not never_empty.issuperset(grain):
        return False
    if set(key["columns"]) == set(grain):
        return True
    # A key may be the only column of its grain under another name, or the surrogate key of them all.
    made = [
        " || '|' || ".join(f"cast({name} as varchar)" for name in p) for p in permutations(grain)
    ]
    (own,) = key["columns"]
    rows = f"from {node['schema']}.{node['alias']} where {own}"
    return any(
        connection.execute(f"select not exists ({rows} not in (md5({one}), {one}))").fetchone()[0]
        for one in made
    )


def test_every_mart_column_is_described_in_chinese_and_english(chengde):
    undescribed = chengde.ask(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        " and not (regexp_matches(coalesce(comment, ''), '[\u4e00-\u9fff]')"
        " and regexp_matches(coalesce(comment, ''), '[A-Za-z]{3}'))"
    )
    assert undescribed == []


def correctable_columns(form_id):
    """What the macro of that name gives; dbt's ``return`` hands a value out of a macro."""
    returned = []
    text = (PROJECT / "macros" / "corrections.sql").read_text("utf-8")
    macros = (
        Environment(extensions=["jinja2.ext.do"])
        .from_string(text, globals={"return": returned.append})
        .make_module()
    )
    macros.correctable_columns(form_id)
    return returned[0]


CORRECTED_FORMS = [form for form in declared_forms() if correctable_fields(form)]


@pytest.mark.parametrize("form", CORRECTED_FORMS, ids=lambda form: form.form_id)
def test_dbt_corrects_exactly_the_fields_that_may_be_corrected(form):
    kinds = {"money": "money", "date": "date"}
    assert correctable_columns(form.form_id) == {
        field.name: kinds.get(field.kind, "text") for field in correctable_fields(form)
    }


def test_open_questions_of_the_release_are_those_of_the_ledger(chengde):
    """Restricted returns' included: what a unit is told is what is published."""
    built = chengde.home / "published" / "current" / BUILD_COPY
    with duckdb.connect(str(built), read_only=True) as connection:
        asked, published = (
            set(connection.execute(sql).fetchall())
            for sql in (
                "select finding_id from raw.open_questions",
                "select finding_id from marts.fct_findings where is_open_question union all"
                " select finding_id from marts_restricted.fct_findings where is_open_question",
            )
        )
    assert asked
    assert published == asked


def test_no_published_table_tells_what_a_message_says(chengde):
    columns = chengde.ask(
        "select column_name from duckdb_columns() where table_name = 'fct_alerts'"
    )
    assert columns
    assert not {name for (name,) in columns} & {"subject", "body", "last_error"}
