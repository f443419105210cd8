"""The three frames of a form: its returns, their columns and totals, their rows.

Built once per batch over all its returns; each row of a frame is keyed by ``frame_row`` and remembers
the cell it stands for. What one return says by itself was noted where it was read (``alone``).
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.database import Connection, open_in_memory, quote_name
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.validation.findings import Place
from pipelines.validation.identity import identity_columns
from pipelines.validation.macros import MACROS
from pipelines.validation.own_columns import COLUMN_CHECKS, OwnCheck
from pipelines.workbooks.arrived import ArrowTable
from pipelines.workbooks.readings import Notice
from pipelines.workbooks.returns import ReadingContext

RETURN_CHECKS = (
    "unreadable", "unrecognised", "several_forms", "period_untold", "period_conflict",
    "unit_conflict", "unknown_unit", "no_rows", "unplanned_form", "foreign_statistics",
    "unread_table", "unread_figures", "old_template", "hidden_table", "days_from_1904",
    "too_many_problems",
)  # fmt: skip


@dataclass(frozen=True)
class FrameEntry:
    """What one frame row stands for."""

    receipt_id: str
    place: Place
    found: str
    expected: str


@dataclass(frozen=True)
class CheckFrame:
    """A frame of checks: one column per check, filled in the row that has something to say."""

    frame: pd.DataFrame
    entries: Sequence[FrameEntry]


def returns_frame(notices: Iterable[tuple[str, Notice]]) -> CheckFrame:
    """One row per notice of a return; the checks are RETURN_CHECKS."""
    checked = [
        (
            FrameEntry(receipt_id, Place(n.sheet, n.cell), n.found, n.expected),
            n.code,
            n.found,
        )
        for receipt_id, n in notices
    ]
    return _check_frame(checked, RETURN_CHECKS)


def columns_frame(checks: Iterable[tuple[str, OwnCheck]]) -> CheckFrame:
    """One row per noteworthy column, heading, total or count; the checks are COLUMN_CHECKS."""
    checked = [
        (FrameEntry(receipt_id, check.place, check.found, check.expected), check.check, check.told)
        for receipt_id, check in checks
    ]
    return _check_frame(checked, COLUMN_CHECKS)


@dataclass(frozen=True)
class RowsFrame:
    """The rows of one form with what the rules derive; ``frame`` has those columns that expectations look at.

    All of them stay in the database for as long as the next form is not judged.
    """

    frame: pd.DataFrame
    connection: Connection
    expected: str

    def told(self, frame_rows: Collection[int]) -> dict[int, Mapping[Hashable, Any]]:
        """Some rows with all their columns, and what the rules expect there."""
        found = self.connection.execute(
            f"select *{self.expected} from judged"
            " where frame_row in (select unnest(cast(? as bigint[]))) order by frame_row",
            [list(frame_rows)],
        ).df()
        return {int(row["frame_row"]): row for row in found.to_dict("records")}


@contextmanager
def judging_database(context: ReadingContext) -> Iterator[Connection]:
    """A private database with what the rules may use: the macros, and the units' names."""
    with open_in_memory() as connection:
        for macro in MACROS:
            connection.execute(macro)
        connection.execute(
            "create temp table unit_names as select unnest(cast(? as varchar[])) as name_key",
            [sorted(context.units)],
        )
        yield connection


def rows_frame(
    connection: Connection,
    form: Form,
    rows: ArrowTable,
    rules: Sequence[Rule],
    looked_at: Collection[str],
) -> RowsFrame:
    """One row per row of a project or unit: typed values, problems by kind, and what the rules derive.

    ``rows`` are the typed rows as they are judged, with their problems; ``connection`` is a ``judging_database``.
    """
    derived = {name: sql for rule in rules for name, sql in rule.derive.items()}
    expected = {f"expected_{r.rule_id}": r.expected_sql for r in rules if r.expected_sql}
    connection.register("typed", rows)
    connection.execute(
        f"""
        create or replace temp table judged as
        with numbered as (select row_number() over () - 1 as frame_row, * from typed),
        identified as (select *, {identity_columns(form)} from numbered)
        select *{_listed(derived)} from identified
        """
    )
    connection.unregister("typed")
    return RowsFrame(_looked_at(connection, looked_at), connection, _listed(expected))


def _listed(columns: Mapping[str, str]) -> str:
    return "".join(f", {sql} as {quote_name(name)}" for name, sql in columns.items())


def _looked_at(connection: Connection, names: Collection[str]) -> pd.DataFrame:
    """Columns of ``judged`` with their ``frame_row``; to hand over one in which there is nothing takes as long."""
    there = [name for (name, *_) in connection.execute("describe judged").fetchall()]
    chosen = [name for name in there if name in names]
    counts = ", ".join(["count(*)", *(f"count({quote_name(name)})" for name in chosen)])
    _, *told = connection.execute(f"select {counts} from judged").fetchall()[0]
    full = [name for name, count in zip(chosen, told, strict=True) if count]
    columns = ", ".join(["frame_row", *map(quote_name, full)])
    frame = connection.execute(f"select {columns} from judged order by frame_row").df()
    return frame.assign(**{name: None for name in chosen if name not in full})


def _check_frame(
    checked: Sequence[tuple[FrameEntry, str, Any]], checks: Sequence[str]
) -> CheckFrame:
    columns: dict[str, list[Any]] = {check: [None] * len(checked) for check in checks}
    for number, (_, check, value) in enumerate(checked):
        columns[check][number] = value
    frame = pd.DataFrame(columns)
    frame.insert(0, "frame_row", range(len(checked)))
    return CheckFrame(frame, [entry for entry, _, _ in checked])
