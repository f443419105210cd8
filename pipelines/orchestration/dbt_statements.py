"""What dbt said to the database for a node, so that the next build can say it again without working it out anew.

Under one product and one configuration the same statement comes out every time, unless the node asks the database
for rows before it speaks. Such nodes are worked out by dbt in every build. Whether a source is there, and which columns
it has, may be asked: what was said then holds until a source is another one (``dbt_cutoff``).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# Macros of dbt's that look at rows.
_ASKING = {"macro.dbt.run_query", "macro.dbt.statement"}
# What goes with a statement and is said again anyway, or asked only once: transactions, which database this is, what is
# there, and whether the columns are those of the contract.
_BETWEEN = (
    "begin",
    "commit",
    "drop table",
    "describe",
    "select 1",
    "select version()",
    "select database_name, type from duckdb_databases()",
    "select 'work' as database, table_name as name",
    "select column_name, column_type as data_type",
    "select table_name, constraint_type",
)
_KEYS_LOOKED_AT = "select error("
# How a table is made, by its materialization: a mart of single returns only where it is gone on with.
_BEGINS_WITH = {"table": "create", "incremental": "insert"}
_SAYS_WHO_ASKS = re.compile(r"^\s*/\*.*?\*/\s*", re.DOTALL)


class Listener:
    """Hears every event of one run of dbt, and remembers the statements of each node that asks nothing."""

    def __init__(self, nodes: Mapping[str, Any], macros: Mapping[str, Any]) -> None:
        # Looked at before the run: while it runs dbt adds the macros of its own ways of building.
        self._speaking = {
            name: node
            for name, node in nodes.items()
            if not _ASKING & set(_used_macros(node, macros))
        }
        self._heard: dict[str, list[str]] = {}

    def __call__(self, event: Any) -> None:
        """dbt's own way of telling: ``dbtRunner(callbacks=…)``."""
        if event.info.name == "SQLQuery":
            statement = _SAYS_WHO_ASKS.sub("", event.data.sql).strip()
            self._heard.setdefault(event.data.node_info.unique_id, []).append(statement)

    def repeatable(self) -> Iterator[tuple[str, str]]:
        """Each node that can be said again, with one text that does everything."""
        for name, heard in self._heard.items():
            node = self._speaking.get(name)
            if node is None:
                continue
            text = _of_test(heard) if node.resource_type == "test" else _of_table(node, heard)
            if text is not None:
                yield name, text


def _of_test(heard: list[str]) -> str | None:
    said = [one for one in heard if not _goes_between(one)]
    return said[0] if len(said) == 1 else None


def _of_table(node: Any, heard: list[str]) -> str | None:
    """Make or go on with, describe, mask and look at the keys, in one transaction; None where anything else was said too."""
    said = [one for one in heard if not _goes_between(one)]
    kinds = [
        "look" if one.startswith(_KEYS_LOOKED_AT) else one.split(maxsplit=1)[0].lower()
        for one in said
    ]
    begins_with = _BEGINS_WITH.get(node.config.materialized)
    if kinds[:1] != [begins_with] or set(kinds[1:]) - {"update", "look"}:
        return None
    dropped = [f"drop table if exists {node.relation_name}"] if begins_with == "create" else []
    return "\n;\n".join(["begin", *dropped, *(one.rstrip("; \n") for one in said), "commit"])


def _goes_between(said: str) -> bool:
    return " ".join(said[:200].lower().split()).startswith(_BETWEEN)


def _used_macros(node: Any, macros: Mapping[str, Any]) -> Iterator[str]:
    waiting, seen = list(node.depends_on.macros), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += macros[name].depends_on.macros if name in macros else ()
