"""The three frames of a form: its returns, their columns and totals, their rows.

Built once per load over all returns; each row of a frame is keyed by ``frame_row`` and remembers
the cell it stands for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.database import open_in_memory, quote_name
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.text import cell_name, is_placeholder
from pipelines.validation.controls import ControlResult
from pipelines.validation.cross_tables import CROSS_TABLE_PROBLEMS, problems_of_rows
from pipelines.validation.findings import Place
from pipelines.validation.identity import identity_columns
from pipelines.validation.macros import MACROS
from pipelines.validation.odd_cells import ODD_CELL_CHECKS, odd_cells
from pipelines.workbooks.figures import fits
from pipelines.workbooks.headings import NEAR
from pipelines.workbooks.locating import Column
from pipelines.workbooks.readings import CellProblem, Notice, ReadReturn, ReadRow, ReadTable
from pipelines.workbooks.records import judged_table, rows_of
from pipelines.workbooks.returns import ReadingContext
from pipelines.workbooks.slots import heading_disagrees
from pipelines.workbooks.values import read_money

RETURN_CHECKS = (
    "unreadable", "unrecognised", "several_forms", "period_untold", "period_conflict",
    "unit_conflict", "unknown_unit", "no_rows", "unplanned_form", "foreign_statistics",
    "unread_table", "unread_figures", "old_template", "hidden_table", "days_from_1904",
    "too_many_problems",
)  # fmt: skip
COLUMN_CHECKS = (
    "missing_required", "doubled", "unknown_with_numbers", "unknown_near", "unknown_text",
    "heading_period", "unit_untold", "unit_clash", "total_excess", "count_difference",
    "stray_error", "stray_formula", "nameless_figures", *ODD_CELL_CHECKS,
)  # fmt: skip
ROW_PROBLEMS = (
    "error_cell", "formula_without_value", "not_a_number", "not_a_date", "not_a_period", "not_in_list",
    "project_code_invalid", "uscc_invalid", "digits_lost", "uscc_digits_lost",
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


@dataclass(frozen=True)
class RowFrame:
    """The rows of one form with their problems and derived columns."""

    frame: pd.DataFrame
    rows: Sequence[tuple[str, ReadTable, ReadRow]]
    problems: Sequence[tuple[CellProblem, ...]]


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


def columns_frame(
    returns: Sequence[tuple[str, ReadReturn]],
    context: ReadingContext,
    controls: Mapping[str, Sequence[ControlResult]],
) -> CheckFrame:
    """One row per noteworthy column, heading, total or count; the checks are COLUMN_CHECKS."""
    checked: list[tuple[FrameEntry, str, Any]] = []
    for receipt_id, read in returns:
        if read.form is None:
            continue
        for table in read.tables:
            for place, check, found, expected in _column_checks(table, read, read.form, context):
                checked.append(
                    (FrameEntry(receipt_id, place, found, expected), check, found or "—")
                )
        for sheet in read.sheets:
            for place, check, found, expected in odd_cells(sheet, read.form):
                checked.append((FrameEntry(receipt_id, place, found, expected), check, found))
            for row, problem in sheet.stray_problems:
                code = "stray_error" if problem.code == "error_cell" else "stray_formula"
                place = _problem_place(sheet.sheet.name, row, problem)
                checked.append((FrameEntry(receipt_id, place, problem.found, ""), code, "x"))
        for control in controls[receipt_id]:
            place = Place(control.sheet, control.cell, None, control.field)
            entry = FrameEntry(receipt_id, place, control.found, control.expected)
            if control.excess is not None:
                checked.append((entry, "total_excess", float(control.excess)))
            if control.count_difference is not None:
                checked.append((entry, "count_difference", float(control.count_difference)))
    return _check_frame(checked, COLUMN_CHECKS)


def rows_frame(
    form: Form,
    returns: Sequence[tuple[str, ReadReturn]],
    rules: Sequence[Rule],
    context: ReadingContext,
) -> RowFrame:
    """One row per row of a project or unit: typed values, problems by kind, and what the rules derive."""
    rows = list(rows_of(returns))
    noted = problems_of_rows(form, rows, context)
    derived = {name: sql for rule in rules for name, sql in rule.derive.items()}
    derived |= {
        f"expected_{rule.rule_id}": rule.expected_sql for rule in rules if rule.expected_sql
    }
    columns = "".join(f", {sql} as {quote_name(name)}" for name, sql in derived.items())
    identity = identity_columns(form)
    with open_in_memory() as connection:
        for macro in MACROS:
            connection.execute(macro)
        connection.register("typed", judged_table(form, returns))
        connection.register("problems", _problems_frame(form, rows, noted))
        names = pd.DataFrame({"name_key": sorted(context.units)}, dtype="str")
        connection.register("names", names)
        connection.execute("create temp table unit_names as select * from names")
        frame = connection.execute(
            f"""
            with numbered as (select row_number() over () - 1 as frame_row, * from typed),
            noted as (select * from numbered inner join problems using (frame_row)),
            identified as (select *, {identity} from noted)
            select *{columns} from identified order by frame_row
            """
        ).df()
    return RowFrame(frame, rows, noted)


def _problems_frame(
    form: Form,
    rows: Sequence[tuple[str, ReadTable, ReadRow]],
    noted: Sequence[tuple[CellProblem, ...]],
) -> pd.DataFrame:
    """Per row: the problems by kind, and whether each required field was given at all."""
    required = [f.name for f in form.fields if f.is_required]
    codes = (*ROW_PROBLEMS, *CROSS_TABLE_PROBLEMS) if form.is_cross_table else ROW_PROBLEMS
    columns: dict[str, list[Any]] = {code: [None] * len(rows) for code in codes}
    columns |= {f"{name}__given": [None] * len(rows) for name in required}
    for number, (_, table, row) in enumerate(rows):
        # A missing column is one finding about the column, not one for every row.
        troubled: set[str | None] = set()
        troubled.update(name for name in required if name not in table.block.known_fields)
        for problem in noted[number]:
            columns[problem.code][number] = problem.found or "—"
            troubled.add(problem.field)
        for name in required:
            if row.values.get(name) is not None or name in troubled:
                columns[f"{name}__given"][number] = "yes"
    frame = pd.DataFrame(columns, dtype="str")
    frame.insert(0, "frame_row", range(len(rows)))
    return frame


def _check_frame(
    checked: Sequence[tuple[FrameEntry, str, Any]], checks: Sequence[str]
) -> CheckFrame:
    columns: dict[str, list[Any]] = {check: [None] * len(checked) for check in checks}
    for number, (_, check, value) in enumerate(checked):
        columns[check][number] = value
    frame = pd.DataFrame(columns)
    frame.insert(0, "frame_row", range(len(checked)))
    return CheckFrame(frame, [entry for entry, _, _ in checked])


def _problem_place(sheet: str, row: int, problem: CellProblem) -> Place:
    return Place(sheet, cell_name(row, problem.column), row + 1, problem.field)


def _column_checks(
    table: ReadTable, read: ReadReturn, form: Form, context: ReadingContext
) -> Iterator[tuple[Place, str, str, str]]:
    """(place, check, found, expected) for everything noteworthy about a table's columns."""
    sheet = table.sheet.name
    known = table.block.known_fields
    for field in form.fields:
        if field.is_required and field.name not in known:
            yield Place(sheet, None, None, field.name), "missing_required", "", field.label
    seen: dict[str, Column] = {}
    for column in table.block.columns:
        place = Place(sheet, cell_name(column.heading_row, column.number), None, column.field)
        if column.meaning is not None and column.meaning.reference_to is not None:
            continue
        if column.field is None:
            yield from _unknown_column(table, column, place, form, context)
            continue
        if column.field in seen:
            yield place, "doubled", column.heading, seen[column.field].heading
        seen.setdefault(column.field, column)
        if (expected := heading_disagrees(column, read.period)) is not None:
            yield place, "heading_period", column.heading, expected
        if (unit := table.units.get(column.number)) and not fits(
            form.by_name[column.field].kind, column.unit or unit
        ):
            yield place, "unit_clash", column.heading, unit
    if table.untold_columns:
        first = table.untold_columns[0]
        place = Place(sheet, cell_name(first.heading_row, first.number), None, first.field)
        yield place, "unit_untold", first.heading, "万元"
    for row, problem in table.control_problems:
        yield _problem_place(sheet, row, problem), problem.code, problem.found, ""


def _unknown_column(
    table: ReadTable, column: Column, place: Place, form: Form, context: ReadingContext
) -> Iterator[tuple[Place, str, str, str]]:
    values = [v for row in table.rows if (v := table.sheet.at(row.row, column.number)) != ""]
    if not column.heading and not values:
        return
    heading = column.heading or "（没有列名）"
    near = context.books[form.form_id].nearest_heading(column.parts)
    nearest = near[0] if near else "—"
    if any(_is_number(value) for value in values):
        yield place, "unknown_with_numbers", heading, nearest
    elif near is not None and near[1] >= NEAR and column.heading:
        yield place, "unknown_near", heading, nearest
    else:
        yield place, "unknown_text", heading, nearest


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, float | int):
        return True
    if not isinstance(value, str) or is_placeholder(value):
        return False
    return read_money(value, "万元").amount is not None
