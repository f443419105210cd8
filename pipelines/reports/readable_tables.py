"""A published table as people want to see it: with the names of units and projects, and the keys at its end.

Marts hold codes and keys, so that a name is written in one place. Here the names are put beside them; nothing else
is added. Which rows are wanted and how they are written is not decided here.
"""

from dataclasses import dataclass, replace

from pipelines.database import quote_name
from pipelines.release.labels import column_label

# Under these names the files of a release are attached.
OPEN_FILE = "release_file"
RESTRICTED_FILE = "restricted_file"
# The place of a row in its table.
PLACE = "place_in_table"
_FIRST_SORTED = ("year", "period", "unit_code")
# Digests by other names than “…_key” and “…receipt_id”.
_DIGESTS = frozenset({"sha256", "superseded_by", "duplicate_of", "finding_id", "message_id"})


@dataclass(frozen=True)
class Column:
    """A column with its type and what its comment says."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class PublishedTable:
    """A table of a release."""

    name: str
    chinese_name: str
    comment: str
    columns: tuple[Column, ...]
    is_restricted: bool


@dataclass(frozen=True)
class _Name:
    """A name that is put behind a column that holds its code or key."""

    behind: str
    dimension: str
    key: str
    column: Column


_NAMES = (
    _Name("unit_code", "dim_unit", "unit_code", Column("unit_name", "VARCHAR", "单位名称。 Unit name.")),
    _Name(
        "project_key", "dim_project", "project_key",
        Column("project_name", "VARCHAR", "项目名称，按台账所写。 Project name as the ledger writes it."),
    ),
)  # fmt: skip


def readable_table(table: PublishedTable) -> PublishedTable:
    """The table with names behind its codes, and what only programs read at the end."""
    columns: list[Column] = []
    for column in table.columns:
        columns.append(column)
        columns += [name.column for name in _missing(table) if name.behind == column.name]
    return replace(table, columns=tuple(sorted(columns, key=is_for_programs)))


def readable_query(table: PublishedTable) -> str:
    """What follows FROM: every column under its English and its Chinese name, and the row's place."""
    file = RESTRICTED_FILE if table.is_restricted else OPEN_FILE
    names = _missing(table)
    sources = [(name.column.name, f"{name.dimension}.{name.column.name}") for name in names]
    sources += [(column.name, f"t.{quote_name(column.name)}") for column in table.columns]
    chosen = [f"{source} as {quote_name(name)}" for name, source in sources]
    chosen += [
        f"{source} as {quote_name(label)}"
        for name, source in sources
        if (label := column_label(table.name, name)) != name
    ]
    joins = "".join(
        f" left join {OPEN_FILE}.marts.{name.dimension} as {name.dimension}"
        f" on t.{name.behind} = {name.dimension}.{name.key}"
        for name in names
    )
    table_name = f"{file}.marts.{quote_name(table.name)}"
    return f"(select t.rowid as {PLACE}, {', '.join(chosen)} from {table_name} as t{joins}) as t"


def _missing(table: PublishedTable) -> list[_Name]:
    """The names that can be put behind a column and are not there already."""
    known = {column.name for column in table.columns}
    return [name for name in _NAMES if name.behind in known and name.column.name not in known]


def reading_order(table: PublishedTable) -> list[str]:
    """The columns a person would sort the rows by: when, who, then from left to right; no key before what it stands for.

    All of a table's columns are among them, so that equal rows apart the order is one.
    """
    names = [column.name for column in sorted(table.columns, key=is_for_programs)]
    first = [name for name in _FIRST_SORTED if name in names]
    return [*first, *(name for name in names if name not in first)]


def is_for_programs(column: Column) -> bool:
    """Whether a column holds digests that only programs compare."""
    return column.name.endswith(("_key", "receipt_id")) or column.name in _DIGESTS
