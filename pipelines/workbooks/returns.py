"""A workbook read as a return: which form, which period, whose, and every row typed.

Nothing here decides whether a return is good: what was found is noted, ``validation`` judges it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.declarations.forms import Form
from pipelines.periods import PeriodKind
from pipelines.text import cell_name, name_key
from pipelines.workbooks.casting import Cast, cast_plan
from pipelines.workbooks.cells import Sheet, Workbook, raw_text
from pipelines.workbooks.cross_headings import CrossTableBook
from pipelines.workbooks.cross_locating import repeated_cross_table
from pipelines.workbooks.figures import column_unit
from pipelines.workbooks.heading_books import HeadingBooks
from pipelines.workbooks.headings import HeadingBook
from pipelines.workbooks.locating import Block, Column, repeated_block
from pipelines.workbooks.own_sheets import read_replies, read_template_mark
from pipelines.workbooks.preamble import Preamble, read_preamble
from pipelines.workbooks.problem_bounds import bound_problems
from pipelines.workbooks.readings import (
    CellProblem,
    ReadReturn,
    ReadRow,
    ReadSheet,
    ReadTable,
)
from pipelines.workbooks.recognition import recognise
from pipelines.workbooks.row_kinds import (
    RowKind,
    TableRows,
    filled_cells,
    has_unseen,
    read_row,
    says_nothing,
    table_rows,
)
from pipelines.workbooks.slots import (
    note_1904,
    note_form,
    note_hidden_tables,
    note_template,
    note_unit,
    note_unread_sheets,
    settle_period,
)
from pipelines.workbooks.unit_rows import read_unit_row
from pipelines.workbooks.values import DAYS_FROM_1900, DAYS_FROM_1904


@dataclass(frozen=True)
class ReadingContext:
    """What reading needs to know of the declarations and the district.

    ``units`` maps name keys (names and aliases) to unit codes; ``unit_names`` codes to names;
    ``district_key`` is the name key of the district as a whole. ``planned_periods`` tells by unit and form
    of which kinds of period the returns are that the reporting plan asks for.
    """

    forms: Sequence[Form]
    books: HeadingBooks
    units: Mapping[str, str]
    unit_names: Mapping[str, str]
    place_names: Set[str]
    district_key: str = ""
    planned_periods: Mapping[tuple[str, str], frozenset[PeriodKind]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        forms: Sequence[Form],
        units: Mapping[str, str],
        unit_names: Mapping[str, str],
        district_name: str = "",
        planned_periods: Mapping[tuple[str, str], frozenset[PeriodKind]] | None = None,
    ) -> "ReadingContext":
        """Prepare the headings of all forms once."""
        return cls(
            forms,
            HeadingBooks(forms),
            units,
            unit_names,
            frozenset(units),
            name_key(district_name),
            planned_periods or {},
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """On its way to a process that reads: the headings are prepared there, once."""
        told = (self.forms, self.units, self.unit_names, self.district_key, self.planned_periods)
        return _context_as_told, told


def _context_as_told(
    forms: Sequence[Form],
    units: Mapping[str, str],
    unit_names: Mapping[str, str],
    district_key: str,
    planned_periods: Mapping[tuple[str, str], frozenset[PeriodKind]],
) -> ReadingContext:
    return ReadingContext(
        forms,
        HeadingBooks(forms),
        units,
        unit_names,
        frozenset(units),
        district_key,
        planned_periods,
    )


def read_return(
    workbook: Workbook,
    unit_code: str,
    file_name: str,
    context: ReadingContext,
    form_id: str | None = None,
) -> ReadReturn:
    """Read a workbook as a return of ``unit_code``; ``form_id`` where the sender names the form."""
    recognition = recognise(workbook, file_name, context.forms, context.books, form_id)
    result = ReadReturn(
        sheets=[],
        form=recognition.form,
        replies=read_replies(workbook),
        template=read_template_mark(workbook),
        is_1904=workbook.is_1904,
    )
    preambles: list[tuple[Sheet, Preamble]] = []
    for number, sheet in enumerate(workbook.sheets):
        block = recognition.blocks.get(number)
        if block is None or recognition.form is None:
            result.sheets.append(_as_notes(sheet))
            continue
        preamble = read_preamble(sheet, block.top, context.units)
        preambles.append((sheet, preamble))
        days = DAYS_FROM_1904 if workbook.is_1904 else DAYS_FROM_1900
        read = _read_sheet(sheet, block, preamble, recognition.form, context, days)
        result.declares_nothing |= read[1]
        result.sheets.append(read[0])
    note_form(result, recognition, context.forms)
    note_hidden_tables(result, workbook, context.forms, context.books)
    note_1904(result)
    bound_problems(result)
    if recognition.form is not None:
        book = context.books[recognition.form.form_id]
        note_template(result, recognition.form, preambles[0][0])
        note_unread_sheets(result, recognition, workbook, book)
        note_unit(result, preambles, unit_code, context.unit_names)
        form_id = recognition.form.form_id
        planned = context.planned_periods.get((unit_code, form_id), frozenset())
        settle_period(result, recognition.form, preambles, file_name, planned)
    return result


def _as_notes(sheet: Sheet) -> ReadSheet:
    """A sheet that is no table of the return: its rows are accounted for as notes."""
    kinds: Counter[RowKind] = Counter()
    for row in range(len(sheet.rows)):
        kinds["blank" if _is_blank(sheet, row) else "note"] += 1
    return ReadSheet(sheet, kinds)


def _is_blank(sheet: Sheet, row: int) -> bool:
    return not filled_cells(sheet.rows[row]) and not has_unseen(sheet, row)


def _read_sheet(
    sheet: Sheet,
    block: Block,
    preamble: Preamble,
    form: Form,
    context: ReadingContext,
    days_from: date,
) -> tuple[ReadSheet, bool]:
    result = ReadSheet(sheet, Counter())
    declares_nothing = False
    for row in range(block.top):
        result.kinds["blank" if _is_blank(sheet, row) else "title"] += 1
        declares_nothing |= any(isinstance(v, str) and says_nothing(v) for v in sheet.rows[row])
    book = context.books[form.form_id]
    next_block: Block | None = block
    block_no = 0
    while next_block is not None:
        block_no += 1
        result.kinds["header"] += next_block.bottom - next_block.top + 1
        table, next_block, is_empty = _read_table(
            result, next_block, block_no, preamble, form, book, context, days_from
        )
        result.tables.append(table)
        declares_nothing |= is_empty
    result.stray_problems = _stray_problems(sheet, result.tables)
    return result, declares_nothing


def _read_table(
    result: ReadSheet,
    block: Block,
    block_no: int,
    preamble: Preamble,
    form: Form,
    book: HeadingBook,
    context: ReadingContext,
    days_from: date,
) -> tuple[ReadTable, Block | None, bool]:
    """Read rows until the sheet ends or the headings are repeated."""
    sheet = result.sheet
    rows = table_rows(sheet, block, form, context.place_names)
    table = _empty_table(sheet, block, block_no, preamble, form)
    plan = cast_plan(form, block, table.units, days_from)
    declares_nothing = False
    name = block.column_of(form.name_field.name)
    for row in range(block.bottom + 1, len(sheet.rows)):
        heading = "" if name is None else sheet.at(row, name.number)
        may_repeat = type(heading) is str and form.form_id in context.books.forms_naming(heading)
        again = _begins_anew(sheet, row, block, book) if may_repeat else None
        if again is not None:
            return table, again, declares_nothing
        reading = (
            read_unit_row(rows, row, context.place_names, context.district_key)
            if form.is_cross_table
            else read_row(rows, row)
        )
        result.kinds[reading.kind] += 1
        declares_nothing |= reading.declares_nothing
        if reading.kind == "data":
            table.rows.append(_typed_row(rows, row, plan))
        elif reading.kind in ("category", "total"):
            table.controls.append((row, reading))
        elif reading.kind == "continuation":
            table.control_problems += _nameless_figures(sheet, row, table)
    return table, None, declares_nothing


def _begins_anew(sheet: Sheet, row: int, block: Block, book: HeadingBook) -> Block | None:
    if isinstance(book, CrossTableBook):
        return repeated_cross_table(sheet, row, block, book)
    return repeated_block(sheet, row, block, book)


def _nameless_figures(sheet: Sheet, row: int, table: ReadTable) -> list[tuple[int, CellProblem]]:
    """Amounts in a row that only continues the project above: nobody would count them."""
    return [
        (row, CellProblem("nameless_figures", column.number, column.field, found))
        for column in table.block.columns
        if column.number in table.units and (found := sheet.text(row, column.number).strip())
    ]


def _empty_table(
    sheet: Sheet, block: Block, block_no: int, preamble: Preamble, form: Form
) -> ReadTable:
    kinds = {field.name: field.kind for field in form.figures}
    columns = [(c, kinds[c.field]) for c in block.columns if c.field in kinds]
    units = {c.number: column_unit(kind, c.unit, preamble.money_unit) for c, kind in columns}
    untold: tuple[Column, ...] = ()
    if preamble.money_unit is None:
        untold = tuple(c for c, kind in columns if kind == "money" and c.unit is None)
    return ReadTable(sheet, block_no, block, units, untold)


def _typed_row(table: TableRows, row: int, plan: Sequence[Cast]) -> ReadRow:
    sheet = table.sheet
    cells = sheet.rows[row]
    values: dict[str, Any] = {}
    steps: list[tuple[int, str, str]] = []
    problems: list[CellProblem] = []
    for cast in plan:
        value = cells[cast.column]
        spread: tuple[str, ...] = ()
        if value == "":
            if cast.spreads and (merge := table.merge_at(row, cast.column)) is not None:
                top, left, _, _ = merge
                value = sheet.at(top, left)
                spread = (f"合并单元格，同 {cell_name(top, left)}",)
            if value == "":
                _note_hidden(sheet, row, cast, problems)
                continue
        found, done, problem = cast.read(value)
        values.update(found)
        if done := spread + done:
            steps.append((cast.column, cast.field, "；".join(done)))
        if problem is not None:
            problems.append(CellProblem(problem, cast.column, cast.field, raw_text(value)))
    return ReadRow(row, values, tuple(steps), tuple(problems))


def _note_hidden(sheet: Sheet, row: int, cast: Cast, problems: list[CellProblem]) -> None:
    position = (row, cast.column)
    if sheet.error_cells and position in sheet.error_cells:
        problems.append(
            CellProblem("error_cell", cast.column, cast.field, sheet.error_cells[position])
        )
    elif sheet.uncached_formulas and position in sheet.uncached_formulas:
        problems.append(
            CellProblem("formula_without_value", cast.column, cast.field, "公式没有结果")
        )


def _stray_problems(sheet: Sheet, tables: list[ReadTable]) -> list[tuple[int, CellProblem]]:
    """Error cells and uncalculated formulas outside the typed cells: totals, titles, unknown columns."""
    if not sheet.unseen_rows:
        return []
    noted = {
        (row.row, problem.column)
        for table in tables
        for row in table.rows
        for problem in row.problems
    }
    hidden = [(p, "error_cell", text) for p, text in sheet.error_cells.items()]
    hidden += [(p, "formula_without_value", "公式没有结果") for p in sheet.uncached_formulas]
    return [
        (position[0], CellProblem(code, position[1], _field_at(tables, position), text))
        for position, code, text in sorted(hidden)
        if position not in noted
    ]


def _field_at(tables: list[ReadTable], position: tuple[int, int]) -> str | None:
    for table in reversed(tables):
        if position[0] >= table.block.top:
            found = [c.field for c in table.block.columns if c.number == position[1]]
            return found[0] if found else None
    return None
