"""The table macros people call in a release: created in each of its files that has the tables they read.

The macros are SQL, one a file in ``warehouse/macros``; a line ``-- tables: a, b`` names what each needs. Every column in
them is qualified by an alias: a macro is expanded in the query that calls it, where a bare name may mean something else.
"""

import re
from functools import cache

from pipelines.database import Connection, quote_name
from pipelines.release.chinese_views import CHINESE_SCHEMA
from pipelines.settings import PROJECT_ROOT

MACRO_FOLDER = PROJECT_ROOT / "warehouse" / "macros"
_DROPPED = {"macro": "macro", "table_macro": "macro table", "view": "view"}
_NEEDED = re.compile(r"^-- tables: (.+)$", re.MULTILINE)


def create_macros(connection: Connection, database: str, tables: set[str]) -> None:
    """Create in ``database``, which is in use, every macro whose tables it has, with the views it reads; no other."""
    known = connection.execute(
        "select distinct schema_name, function_name, function_type from duckdb_functions()"
        " where database_name = $1 and not internal"
        " union all select schema_name, view_name, 'view' from duckdb_views()"
        " where database_name = $1 and not internal and schema_name <> $2",
        [database, CHINESE_SCHEMA],
    ).fetchall()
    for schema, name, kind in known:
        connection.execute(f"drop {_DROPPED[kind]} {quote_name(schema)}.{quote_name(name)}")
    for needed, definition in _macros():
        if needed <= tables:
            connection.execute(definition)


@cache
def _macros() -> tuple[tuple[frozenset[str], str], ...]:
    """The tables each macro reads, and its definition."""
    found = []
    for path in sorted(MACRO_FOLDER.glob("*.sql")):
        text = path.read_text("utf-8")
        named = _NEEDED.search(text)
        if named is None:
            raise ValueError(f"{path} does not say which tables it reads")
        found.append((frozenset(named[1].split(", ")), text))
    return tuple(found)
