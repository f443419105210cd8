"""The return workbook a clerk is given to fill in, made from the declarations that will judge it.

Headings, drop-downs, formats and comments all come from ``sources/forms``, so that a filled template
is read and passes as it stands. What is filled in beforehand is ``prefill``'s, the words are
``template_guide``'s, the file format ``spreadsheet``'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from pipelines.database import Connection
from pipelines.declarations.cross_tables import reported_by
from pipelines.declarations.district import Unit
from pipelines.declarations.forms import GENERIC_FIELDS, Field, Form
from pipelines.feedback.prefill import Prefill, assessed_units, read_prefill
from pipelines.feedback.row_heights import fitting_height, text_width
from pipelines.feedback.sheet_plans import (
    CellStyle,
    InputCheck,
    SheetLook,
    SheetPlan,
    SheetValue,
)
from pipelines.feedback.spreadsheet import write_workbook
from pipelines.feedback.template_guide import (
    choices_of,
    guide_sheet,
    heading_comment,
    outdated_value,
    wrong_value,
)
from pipelines.feedback.template_headings import headings_of
from pipelines.periods import period_words
from pipelines.wording import plain_number
from pipelines.workbooks.cells import MergedRange, Position, raw_text
from pipelines.workbooks.own_sheets import MARK_SHEET, MARK_WORD

_TITLE_ROW, _LINE_ROW, _HEADING_ROW = 0, 1, 2
# Rows ready to be filled in below the prefilled ones; the first of them show their borders.
_PREPARED_ROWS, _BORDERED_ROWS = 200, 15

_TITLE = CellStyle(points=18, is_bold=True, horizontal="center")
_LINE = CellStyle()
_UNIT_LINE = CellStyle(horizontal="right")
_HEADING = CellStyle(is_bold=True, fill="D9E1F2", horizontal="center", wraps=True, has_border=True)
_REQUIRED_HEADING = replace(_HEADING, fill="FFE699")
_TEXT_CELL = CellStyle(wraps=True, number_format="@", is_unlocked=True)
_CELLS = {
    # Two decimals at least, the four that are kept where there are more.
    "money": CellStyle(number_format="#,##0.00##", horizontal="right", is_unlocked=True),
    "count": CellStyle(horizontal="right", is_unlocked=True),
    "percent": CellStyle(horizontal="right", is_unlocked=True),
    "score": CellStyle(horizontal="right", is_unlocked=True),
    "date": CellStyle(number_format="yyyy-mm-dd", horizontal="center", is_unlocked=True),
    "list": CellStyle(number_format="@", horizontal="center", is_unlocked=True),
}
_NUMBER_CELL = CellStyle(horizontal="center", is_unlocked=True)
_WIDTHS = {
    "money": 14, "count": 12, "percent": 12, "score": 12, "date": 13, "list": 10, "name": 28,
    "project_code": 26, "uscc": 22,
}  # fmt: skip
_TEXT_WIDTH, _NARROWEST_TEXT, _WIDEST_TEXT, _NUMBER_WIDTH = 20, 12, 30, 6
# Wider tables can no longer be read on A4, even across.
_A4_WIDTH = 160


def template_for(
    form: Form,
    unit: tuple[str, str | None],
    period: str | None,
    forms: Sequence[Form],
    registered: Sequence[Unit],
    ledger: Connection | None,
) -> bytes:
    """The template of a unit (code and name), filled with what the registry and the ledger know."""
    unit_code, name = unit
    prefill = Prefill()
    if period is not None and form.header.prefill == "assessed_units":
        form = reported_by(form, unit_code)
        prefill = assessed_units(form, registered, period)
    elif period is not None and ledger is not None:
        prefill = read_prefill(ledger, form, forms, unit_code, period)
    return build_template(form, unit_code, name, period, prefill)


def build_template(
    form: Form, unit_code: str, unit_name: str | None, period: str | None, prefill: Prefill
) -> bytes:
    """A return workbook for one unit and period; what is None is left to the clerk.

    ``period`` is YYYY for a form of the year, else YYYY-MM, YYYY-MM-H1 or -H2; a form of any period takes YYYY-Www, too.
    """
    table = _table_sheet(form, unit_name, period, prefill)
    return write_workbook(
        [
            table,
            guide_sheet(form, period, table.name, prefill),
            _mark_sheet(form, unit_code, period),
        ]
    )


def first_row(form: Form) -> int:
    """The row (0-based) of the first project or unit, below the headings."""
    return _HEADING_ROW + headings_of(form).depth


def template_title(form: Form, period: str | None) -> str:
    """The title of a return, 2019年3月重点项目进展情况表, or one whose period is to be written in."""
    if period is None:
        return ("____年" if form.header.period == "year" else "____年__月") + form.header.title
    return period_words(period) + form.header.title


def new_template_name(form: Form, period: str | None) -> str:
    """The file name under which a new template is laid into an answer folder."""
    return f"新模板_{form.header.title if period is None else template_title(form, period)}.xlsx"


def _mark_sheet(form: Form, unit_code: str, period: str | None) -> SheetPlan:
    rows = (
        (MARK_WORD,),
        ("form_id", form.form_id),
        ("template_version", str(form.header.template_version)),
        ("unit_code", unit_code),
        ("period", period or ""),
    )
    return SheetPlan(MARK_SHEET, rows, visibility="very_hidden")


def _table_sheet(
    form: Form, unit_name: str | None, period: str | None, prefill: Prefill
) -> SheetPlan:
    line, line_merges = _line(form, unit_name)
    headings = headings_of(form)
    rows: list[Sequence[SheetValue]] = [
        (template_title(form, period),),
        line,
        *headings.rows(),
        *_prefilled(form, prefill),
    ]
    right = len(form.fields) - 1
    merges = [(_TITLE_ROW, 0, _TITLE_ROW, right), *line_merges, *headings.merges(_HEADING_ROW)]
    left_open = [merges[0]] if period is None else []
    left_open += line_merges[:1] if unit_name is None else []
    return SheetPlan(form.header.title, rows, merges, look=_look(form, prefill, rows, left_open))


def _line(form: Form, unit_name: str | None) -> tuple[list[SheetValue], list[MergedRange]]:
    """The line above the headings: whose return, what the yellow means, in which unit of money."""
    width = len(form.fields)
    second, third = _thirds(form)
    line: list[SheetValue] = [""] * width
    line[0] = f"填报单位：{unit_name or '_' * 16}"
    line[second] = "黄色栏目必填"
    if form.of_kind("money") and not form.is_cross_table:
        line[third] = "单位：万元"
    starts = (0, second, third, width)
    merges = [(_LINE_ROW, left, _LINE_ROW, after - 1) for left, after in pairwise(starts)]
    return line, merges


def _thirds(form: Form) -> tuple[int, int]:
    """The columns where the second and the last third of the width begin."""
    return len(form.fields) // 3, len(form.fields) * 2 // 3


def _prefilled(form: Form, prefill: Prefill) -> Iterator[list[SheetValue]]:
    for number, row in enumerate(prefill.rows, 1):
        values = {GENERIC_FIELDS[0]: number, **row.values}
        yield [values.get(column.name, "") for column in form.fields]


def _look(
    form: Form,
    prefill: Prefill,
    rows: Sequence[Sequence[SheetValue]],
    left_open: Sequence[MergedRange],
) -> SheetLook:
    last = len(rows) - 1 + _PREPARED_ROWS
    first, headings = first_row(form), headings_of(form)
    widths = [_width(column) for column in form.fields]
    filled = {
        row: fitting_height([_shown(value) for value in rows[row]], widths)
        for row in range(first, len(rows))
    }
    heights = {_TITLE_ROW: 34, _LINE_ROW: 22} | dict.fromkeys(range(_HEADING_ROW, first), 40)
    return SheetLook(
        widths=widths,
        heights=heights | filled,
        styles=list(_styles(form, last, left_open)),
        checks=list(_checks(form, prefill, rows, last)),
        comments={
            (_HEADING_ROW + headings.own_row(number), number): heading_comment(column)
            for number, column in enumerate(form.fields)
        },
        stale=_stale(form, prefill),
        frozen_rows=first,
        repeated_rows=(_TITLE_ROW, first - 1),
        paper="A3" if sum(widths) > _A4_WIDTH else "A4",
        is_landscape=True,
        is_protected=True,
    )


def _styles(
    form: Form, last: int, left_open: Sequence[MergedRange]
) -> Iterator[tuple[MergedRange, CellStyle]]:
    right, first = len(form.fields) - 1, first_row(form)
    bordered = last - _PREPARED_ROWS + _BORDERED_ROWS
    yield (_TITLE_ROW, 0, _TITLE_ROW, right), _TITLE
    yield (_LINE_ROW, 0, _LINE_ROW, right), _LINE
    yield (_LINE_ROW, _thirds(form)[1], _LINE_ROW, right), _UNIT_LINE
    for area in left_open:
        yield area, replace(_TITLE if area[0] == _TITLE_ROW else _LINE, is_unlocked=True)
    for number, column in enumerate(form.fields):
        heading = _REQUIRED_HEADING if column.is_required else _HEADING
        yield (_HEADING_ROW, number, first - 1, number), heading
        cell = _cell(column)
        yield (first, number, last, number), cell
        yield (first, number, bordered, number), replace(cell, has_border=True)


def _cell(column: Field) -> CellStyle:
    if column.name == GENERIC_FIELDS[0]:
        return _NUMBER_CELL
    return _CELLS.get(column.kind, _TEXT_CELL)


def _width(column: Field) -> float:
    if column.name == GENERIC_FIELDS[0]:
        return _NUMBER_WIDTH
    if column.kind in _WIDTHS:
        return _WIDTHS[column.kind]
    if column.name in GENERIC_FIELDS:
        return _TEXT_WIDTH
    needed = max(text_width(column.label), text_width(column.example)) + 4
    return min(max(needed, _NARROWEST_TEXT), _WIDEST_TEXT)


def _checks(
    form: Form, prefill: Prefill, rows: Sequence[Sequence[SheetValue]], last: int
) -> Iterator[InputCheck]:
    """What may be typed into each column; a cell with an outdated value says so as well."""
    first = first_row(form)
    for number, column in enumerate(form.fields):
        check = _check(column)
        outdated = [first + n for n, row in enumerate(prefill.rows) if column.name in row.outdated]
        for row in outdated:
            said = outdated_value(
                form, column, _shown(rows[row][number]), prefill.last_period or ""
            )
            area = (row, number, row, number)
            yield replace(check, areas=[area], title=column.label, message=said)
        if check.kind is not None:
            runs = _runs(first, last, outdated)
            areas = [(top, number, bottom, number) for top, bottom in runs]
            yield replace(check, areas=areas, title=column.label)


def _stale(form: Form, prefill: Prefill) -> dict[Position, Decimal]:
    """The amounts of the last return: they stand out until they are brought up to date."""
    first = first_row(form)
    return {
        (first + number, column): value
        for number, row in enumerate(prefill.rows)
        for column, name in enumerate(form.by_name)
        if name in row.outdated and isinstance(value := row.values[name], Decimal)
    }


def _check(column: Field) -> InputCheck:
    match column.kind:
        case "money" | "count" | "percent" | "score":
            return InputCheck((), "decimal", error=wrong_value(column))
        case "date":
            return InputCheck((), "date", error=wrong_value(column))
        case "list":
            return InputCheck((), "list", choices_of(column), error=wrong_value(column))
        case _:
            return InputCheck(())


def _runs(first: int, last: int, without: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches of rows between the ones left out."""
    top = first
    for row in (*without, last + 1):
        if top < row:
            yield top, row - 1
        top = row + 1


def _shown(value: SheetValue) -> str:
    return plain_number(value) if isinstance(value, Decimal) else raw_text(value)
