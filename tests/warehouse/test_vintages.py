"""The versions of a mart: the macro that works them out and what is recorded of them, over drawn histories.

The macro is rendered here without dbt and run on a table of two columns. What it must give is worked out beside it in
the simplest way: the whole table is kept at every publication.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from small_district import declared_forms

from pipelines.database import open_in_memory
from pipelines.ledger.history import SUFFIX, record_release
from pipelines.ledger.work_database import upgrade

REPOSITORY = Path(__file__).resolve().parents[2]
MODELS = REPOSITORY / "dbt_project" / "models" / "marts"
MACROS = REPOSITORY / "dbt_project" / "macros"
START = datetime(2019, 6, 5, 18)
TABLE = "fct_starts_vintages"
ADDED = ["vintage_key", "version_no", "known_from", "known_to"]


def statement(columns, recorded):
    """The macro for the mart fct_starts of these columns, where those of ``recorded`` are recorded already."""
    environment = Environment(extensions=["jinja2.ext.do"])
    text = "".join((MACROS / f"{name}.sql").read_text("utf-8") for name in ("keys", "vintages"))
    declared = {name: SimpleNamespace(name=name, data_type=kind) for name, kind in columns.items()}
    module = environment.from_string(
        text,
        globals={
            "execute": True,
            "model": SimpleNamespace(columns=declared),
            "dbt": SimpleNamespace(type_string=lambda: "varchar"),
            "ref": {"fct_starts": "marts.fct_starts", "stg_last_load": "last_load"}.get,
            "source": lambda schema, name: f"{schema}.{name}",
            "load_relation": lambda relation: relation if recorded else None,
            "adapter": SimpleNamespace(
                get_columns_in_relation=lambda _: [SimpleNamespace(name=name) for name in recorded]
            ),
        },
    ).make_module()
    return module.vintages("fct_starts")


class Ledger:
    """A work database of which only the history is used, and the releases that were built from it."""

    def __init__(self, folder, connection):
        self.folder, self.connection, self.loads = Path(folder), connection, 0
        upgrade(connection, declared_forms())

    def publish(self, moment, rows, columns=None, is_recorded=True):
        """Build a release of these rows at a moment; returns its versions."""
        columns = columns or {"row_key": "varchar", "amount": "decimal(18,4)"}
        self.loads += 1
        build = self.folder / f"{self.loads}.duckdb"
        recorded = [
            name
            for (name,) in self.connection.execute(
                "select column_name from duckdb_columns() where schema_name = 'history'"
                " and table_name = ?",
                [TABLE],
            ).fetchall()
        ]
        with duckdb.connect(str(build)) as made:
            self._prepare(made, moment, rows, columns, recorded)
            made.execute(f"create table marts.{TABLE} as {statement(columns, recorded)}")
            made.execute("drop schema history cascade")
            versions = made.execute(f"from marts.{TABLE} order by row_key, version_no").fetchall()
        if is_recorded:
            assert record_release(self.connection, build, self.loads)
            assert not record_release(self.connection, build, self.loads)
        return versions

    def _prepare(self, made, moment, rows, columns, recorded):
        made.execute("create schema raw; create schema marts; create schema history")
        made.execute(
            "create table raw.loads (load_id varchar, now_at timestamp, is_finished boolean,"
            " config_hash varchar, product varchar)"
        )
        made.execute(
            "create table raw.outbox"
            " (message_id varchar, state varchar, attempts integer, sent_at timestamp)"
        )
        made.execute(
            "insert into raw.loads values (?, ?, true, 'c', 'p')", [f"{self.loads:05d}", moment]
        )
        made.execute("create view last_load as select max(now_at) as now_at from raw.loads")
        described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        made.execute(f"create table marts.fct_starts ({described})")
        if rows:
            marks = ", ".join("?" * len(columns))
            made.executemany(f"insert into marts.fct_starts values ({marks})", rows)
        if recorded:
            kept = self.connection.execute(f"from history.{TABLE}").fetchall()
            kinds = self.connection.execute(f"describe history.{TABLE}").fetchall()
            described = ", ".join(f"{name} {kind}" for name, kind, *_ in kinds)
            made.execute(f"create table history.{TABLE} ({described})")
            if kept:
                marks = ", ".join("?" * len(kinds))
                made.executemany(f"insert into history.{TABLE} values ({marks})", kept)

    def as_known(self, moment):
        """What the macro of that name shows, from the recorded versions."""
        return sorted(
            self.connection.execute(
                f"select row_key, amount from history.{TABLE} where known_from <= $at"
                " and (known_to is null or known_to > $at)",
                {"at": moment},
            ).fetchall()
        )


@pytest.fixture
def ledger(tmp_path):
    with open_in_memory() as connection:
        yield Ledger(tmp_path, connection)


DAYS = st.lists(
    st.tuples(
        st.integers(0, 2),  # days since the last publication; 0 is the same moment again
        st.dictionaries(st.sampled_from("abc"), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=40)
@given(days=DAYS)
def test_what_was_known_at_any_moment_is_what_was_last_published_by_then(days):
    with TemporaryDirectory() as folder, open_in_memory() as connection:
        ledger, published, moment = Ledger(folder, connection), {}, START
        for later, amounts in days:
            moment += timedelta(days=later)
            ledger.publish(moment, list(amounts.items()))
            published[moment] = sorted(amounts.items())
        for hours in range(-24, 24 * 15, 12):
            asked = START + timedelta(hours=hours)
            earlier = [at for at in published if at <= asked]
            assert ledger.as_known(asked) == (published[max(earlier)] if earlier else [])
        versions = connection.execute(
            f"select row_key, version_no, amount, known_from, known_to from history.{TABLE}"
            " order by row_key, version_no"
        ).fetchall()
        assert all(to is None or since < to for *_, since, to in versions)
        for before, after in pairwise(versions):
            if before[0] == after[0]:
                assert after[1] == before[1] + 1
                assert before[4] <= after[3]
                assert before[2] != after[2] or before[4] < after[3], "the same figure, twice"


def test_a_load_that_finds_nothing_new_opens_no_version(ledger):
    first = ledger.publish(START, [("a", 1)])
    assert ledger.publish(START + timedelta(days=1), [("a", 1)]) == first


def test_a_release_that_was_never_recorded_is_made_good_by_the_next(ledger):
    """Cut off between switch and recording: the file it was built from still says it."""
    ledger.publish(START, [("a", 1)])
    ledger.publish(START + timedelta(days=1), [("a", 2)], is_recorded=False)
    assert record_release(ledger.connection, ledger.folder / "2.duckdb", 2)
    ledger.publish(START + timedelta(days=2), [("a", 3)])
    assert [ledger.as_known(START + timedelta(days=n)) for n in range(3)] == [
        [("a", 1)],
        [("a", 2)],
        [("a", 3)],
    ]


def test_going_back_to_an_older_release_records_nothing(ledger):
    ledger.publish(START, [("a", 1)], is_recorded=False)
    ledger.publish(START + timedelta(days=1), [("a", 2)])
    assert not record_release(ledger.connection, ledger.folder / "1.duckdb", 1)
    assert ledger.as_known(START) == []


def test_a_column_the_mart_gets_later_is_filled_in_and_opens_no_version(ledger):
    ledger.publish(START, [("a", 1), ("b", 1)])
    columns = {"row_key": "varchar", "note": "varchar", "amount": "decimal(18,4)"}
    later = START + timedelta(days=1)
    ledger.publish(later, [("a", "x", 1), ("b", "y", 2)], columns)
    found = ledger.connection.execute(
        f"select row_key, note, amount, known_from, known_to from history.{TABLE}"
        " order by row_key, known_from"
    ).fetchall()
    assert found == [
        ("a", "x", 1, START, None),
        ("b", None, 1, START, later),
        ("b", "y", 2, later, None),
    ]


def described(text):
    return {
        model["name"]: [column["name"] for column in model["columns"]]
        for model in yaml.safe_load(text).get("models", [])
    }


def test_every_column_of_a_versioned_mart_is_versioned():
    """A column that its versions leave out would be missing from what was known."""
    models = {}
    for path in MODELS.rglob("*.yml"):
        models |= described(path.read_text("utf-8"))
    versioned = [name for name in models if name.endswith(SUFFIX)]
    assert len(versioned) == 7
    for name in versioned:
        key, *_ = ADDED
        assert models[name] == [key, *models[name.removesuffix(SUFFIX)], *ADDED[1:]], name


def test_every_versioned_mart_has_its_macro_and_its_record():
    sources = yaml.safe_load((MODELS / "vintages" / "_history__sources.yml").read_text("utf-8"))
    recorded = {table["name"] for source in sources["sources"] for table in source["tables"]}
    called = set()
    for path in (REPOSITORY / "warehouse" / "macros").glob("*_as_known*.sql"):
        called |= set(re.findall(rf"marts\.(\w+{SUFFIX})", path.read_text("utf-8")))
    kept = {path.stem for path in MODELS.rglob(f"*{SUFFIX}.sql")}
    assert recorded == called == kept
