"""What is noteworthy about the columns, headings and totals of one return: the rows of the columns frame.

A pure function of one return and the declarations; it runs where the return is read, without pandas. How the checks
are judged stands in ``expectations/``, the frame is made in ``frames``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.declarations.forms import Form
from pipelines.text import cell_name, is_placeholder
from pipelines.validation.controls import ControlResult
from pipelines.validation.findings import Place
from pipelines.validation.odd_cells import ODD_CELL_CHECKS, odd_cells
from pipelines.workbooks.figures import fits
from pipelines.workbooks.headings import NEAR
from pipelines.workbooks.locating import Column
from pipelines.workbooks.readings import CellProblem, ReadReturn, ReadTable
from pipelines.workbooks.returns import ReadingContext
from pipelines.workbooks.slots import heading_disagrees
from pipelines.workbooks.values import read_money

COLUMN_CHECKS = (
    "missing_required", "doubled", "unknown_with_numbers", "unknown_near", "unknown_text",
    "heading_period", "unit_untold", "unit_clash", "total_excess", "count_difference",
    "stray_error", "stray_formula", "nameless_figures", *ODD_CELL_CHECKS,
)  # fmt: skip


@dataclass(frozen=True)
class OwnCheck:
    """One row of the columns frame: ``told`` is what stands in the column of its ``check``."""

    place: Place
    check: str
    found: str
    expected: str
    told: str | float


def own_checks(
    read: ReadReturn, form: Form, controls: Sequence[ControlResult], context: ReadingContext
) -> Iterator[OwnCheck]:
    """Every noteworthy column, heading, oddity, total and count of a return; the checks are COLUMN_CHECKS."""
    for table in read.tables:
        for place, check, found, expected in _column_checks(table, read, form, context):
            yield OwnCheck(place, check, found, expected, found or "—")
    for sheet in read.sheets:
        for place, check, found, expected in odd_cells(sheet, form):
            yield OwnCheck(place, check, found, expected, found)
        for row, problem in sheet.stray_problems:
            code = "stray_error" if problem.code == "error_cell" else "stray_formula"
            place = _problem_place(sheet.sheet.name, row, problem)
            yield OwnCheck(place, code, problem.found, "", "x")
    for control in controls:
        place = Place(control.sheet, control.cell, None, control.field)
        found, expected = control.found, control.expected
        if control.excess is not None:
            yield OwnCheck(place, "total_excess", found, expected, float(control.excess))
        if control.count_difference is not None:
            difference = float(control.count_difference)
            yield OwnCheck(place, "count_difference", found, expected, difference)


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
