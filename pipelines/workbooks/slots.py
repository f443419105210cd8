"""Which slot a return belongs to: its form, its submitter, its period, as the sheets tell them.

What disagrees is noted on the cell that says it; whether that refuses the return is ``validation``'s.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pipelines.declarations.forms import Form
from pipelines.periods import PeriodKind, read_period
from pipelines.text import cell_name
from pipelines.workbooks.cells import Sheet, Workbook
from pipelines.workbooks.heading_books import HeadingBooks
from pipelines.workbooks.headings import HeadingBook
from pipelines.workbooks.locating import Block, Column, resembles
from pipelines.workbooks.own_sheets import is_own_sheet
from pipelines.workbooks.periods import PeriodMention, mentioned_period, period_id
from pipelines.workbooks.preamble import Preamble, StatedPeriod, file_period
from pipelines.workbooks.readings import Notice, ReadReturn
from pipelines.workbooks.recognition import Recognition, locate_table, sheet_words
from pipelines.workbooks.row_kinds import filled_cells

# How many days a period has, roughly: of two kinds the one with more is the coarser.
_COARSENESS: Final[Mapping[PeriodKind, int]] = {
    "year": 365,
    "month": 30,
    "half_month": 15,
    "week": 7,
}
_EXAMPLES: Final[Mapping[PeriodKind, str]] = {
    "year": "2019年",
    "month": "2019年3月",
    "half_month": "2019年3月上半月",
    "week": "2019年第12周",
}


def note_form(result: ReadReturn, recognition: Recognition, forms: Sequence[Form]) -> None:
    if recognition.other_form is not None and recognition.form is not None:
        sheet, form = recognition.other_form
        result.notices.append(
            Notice(
                "several_forms",
                f"{recognition.form.header.title}、{form.header.title}",
                "一个文件只报一种表",
                sheet,
            )
        )
    if recognition.form is None:
        titles = "、".join(f"《{form.header.title}》" for form in forms)
        result.notices.append(Notice("unrecognised", recognition.seen, titles, recognition.sheet))


def note_template(result: ReadReturn, form: Form, sheet: Sheet) -> None:
    """A return filled in on a template that is no longer accepted, or on another form's.

    A workbook without a mark was not made from a template; that is no fault.
    """
    mark = result.template
    if mark is None or not mark.version:
        return
    accepted = {str(version) for version in form.header.accepted_template_versions}
    if mark.form_id == form.form_id and mark.version in accepted:
        return
    found = f"第{mark.version}版" if mark.form_id == form.form_id else "别的报表的模板"
    expected = f"《{form.header.title}》第{form.header.template_version}版模板"
    result.notices.append(Notice("old_template", found, expected, sheet.name, "A1"))


def note_unread_sheets(
    result: ReadReturn, recognition: Recognition, workbook: Workbook, book: HeadingBook
) -> None:
    """Visible sheets beside the tables of a return: none with figures is passed over in silence."""
    for number, sheet in enumerate(workbook.sheets):
        if number in recognition.blocks or sheet.is_hidden or recognition.form is None:
            continue
        if is_own_sheet(sheet):
            continue
        seen = sheet_words(sheet)
        if resembles(sheet, book):
            title = recognition.form.header.title
            result.notices.append(Notice("unread_table", seen, title, sheet.name))
        elif any(sum(isinstance(v, float | int) for v in cells) >= 2 for cells in sheet.rows):
            result.notices.append(Notice("unread_figures", seen, "", sheet.name))


def note_hidden_tables(
    result: ReadReturn,
    workbook: Workbook,
    forms: Sequence[Form],
    books: HeadingBooks,
) -> None:
    """Hidden sheets with a whole form's headings and something below them: accounted for as notes, not read.

    Told by their headings alone: what stands below them may be another form's to keep.
    """
    for sheet in workbook.sheets:
        if not sheet.is_hidden or not sheet.rows or is_own_sheet(sheet):
            continue
        telling = books.telling_rows(sheet)
        found = [
            (block.score, form.header.title, block)
            for form in forms
            if form.form_id in telling
            and (block := locate_table(sheet, books[form.form_id], telling[form.form_id]))
            is not None
            and all(field.name in block.known_fields for field in form.fields if field.is_required)
            and _has_rows_below(sheet, block)
        ]
        if found:
            _, title, block = max(found, key=lambda entry: entry[0])
            cell = cell_name(block.top, next(c.number for c in block.columns if c.field))
            seen = "、".join(c.heading for c in block.columns if c.field)[:80]
            result.notices.append(Notice("hidden_table", seen, title, sheet.name, cell))


def _has_rows_below(sheet: Sheet, block: Block) -> bool:
    return any(filled_cells(cells) for cells in sheet.rows[block.bottom + 1 :])


def note_1904(result: ReadReturn) -> None:
    """Days counted from 1904: told once, at the first day of a table that is not written as text."""
    if not result.is_1904 or result.form is None:
        return
    names = {field.name for field in result.form.of_kind("date")}
    for table in result.tables:
        columns = [(c.number, c.field) for c in table.block.columns if c.field in names]
        for row in table.rows:
            for number, field in columns:
                day = row.values.get(field or "")
                if isinstance(day, date) and not isinstance(table.sheet.at(row.row, number), str):
                    told = f"{day.year}年{day.month}月{day.day}日"
                    place = cell_name(row.row, number)
                    result.notices.append(
                        Notice("days_from_1904", told, "", table.sheet.name, place)
                    )
                    return


def note_unit(
    result: ReadReturn,
    preambles: Sequence[tuple[Sheet, Preamble]],
    unit_code: str,
    unit_names: Mapping[str, str],
) -> None:
    expected = unit_names.get(unit_code, unit_code)
    for sheet, preamble in preambles:
        stated = preamble.submitter
        if stated is not None and preamble.submitter_code != unit_code:
            result.notices.append(
                Notice("unit_conflict", stated.text, expected, sheet.name, stated.cell)
            )


def settle_period(
    result: ReadReturn,
    form: Form,
    preambles: Sequence[tuple[Sheet, Preamble]],
    file_name: str,
    planned: frozenset[PeriodKind] = frozenset(),
) -> None:
    """Title, then the 报表期 cell, then the file name; all that are told must agree (contract §4).

    ``planned`` are the kinds of period the plan asks the unit for; they settle of which kind a return is
    whose form leaves it open.
    """
    stated = [(sheet, told) for sheet, preamble in preambles for told in preamble.periods]
    stated.sort(key=lambda pair: pair[1].source != "title")
    if named := file_period(file_name):
        stated.append((preambles[0][0], named))
    settled = PeriodMention()
    for sheet, told in stated:
        mention = _relevant(told.mention, form)
        if not settled.agrees_with(mention):
            _note_period_conflict(result, sheet, told, settled, stated)
            continue
        settled = settled.completed_by(mention)
    settled = _completed_by_headings(settled, result, form)
    result.period = _period_of(settled, form, planned)
    if result.period is None:
        for sheet, _ in preambles:
            named_sheet = mentioned_period(sheet.name)
            if named_sheet is not None and settled.agrees_with(named_sheet):
                settled = settled.completed_by(_relevant(named_sheet, form))
        result.period = _period_of(settled, form, planned)
    if result.period is None:
        example = _example_period(form, planned)
        first = preambles[0][0]
        result.notices.append(
            Notice("period_untold", settled.label() or "没有写明报告期", example, first.name, "A1")
        )
        return
    _complete_row_periods(result, form, settled)


def _period_of(settled: PeriodMention, form: Form, planned: frozenset[PeriodKind]) -> str | None:
    """The period of a return. Where the form leaves its kind open, two returns due apart must not be one:

    what is coarser than anything the plan asks for is too vague; of a yearly list its year is the period.
    """
    told = period_id(settled, form.header.period)
    if told is None or form.header.period != "any" or not planned:
        return told
    if planned == {"year"}:
        return told[:4]
    coarseness = _COARSENESS[read_period(told).kind]
    return told if coarseness <= max(_COARSENESS[kind] for kind in planned) else None


def _example_period(form: Form, planned: frozenset[PeriodKind]) -> str:
    if form.header.period == "year":
        return _EXAMPLES["year"]
    finest: PeriodKind = min(planned or {"month"}, key=lambda kind: _COARSENESS[kind])
    return _EXAMPLES[finest]


def _complete_row_periods(result: ReadReturn, form: Form, settled: PeriodMention) -> None:
    """A row's own period that names no year is one of the return's year."""
    names = [field.name for field in form.of_kind("period")]
    for table in result.tables:
        for row in table.rows:
            for name in names:
                if isinstance(mention := row.values.get(name), PeriodMention):
                    completed = mention.completed_by(PeriodMention(settled.year))
                    row.values[name] = period_id(completed, "any")


def _relevant(mention: PeriodMention, form: Form) -> PeriodMention:
    return PeriodMention(mention.year) if form.header.period == "year" else mention


def _note_period_conflict(
    result: ReadReturn,
    sheet: Sheet,
    told: StatedPeriod,
    settled: PeriodMention,
    stated: Sequence[tuple[Sheet, StatedPeriod]],
) -> None:
    """The finding sits on the cell that disagrees; for a file name, on the cell it disagrees with."""
    cell = told.cell
    found = told.mention.label()
    if cell is None:
        sheet, first = stated[0]
        cell, found = first.cell, f"{first.mention.label()}（文件名写的是{told.mention.label()}）"
        settled = told.mention
    result.notices.append(Notice("period_conflict", found, settled.label(), sheet.name, cell))


def _completed_by_headings(settled: PeriodMention, result: ReadReturn, form: Form) -> PeriodMention:
    """Headings that name the month (3月完成投资) tell it where nothing else does."""
    if form.header.period == "year" and settled.year is not None:
        return settled
    for table in result.tables:
        for column in table.block.columns:
            meaning = column.meaning
            if meaning is None or meaning.is_year_before:
                continue
            told = PeriodMention(meaning.year, meaning.month)
            if (settled.year is None or told.year in (None, settled.year)) and settled.agrees_with(
                told
            ):
                settled = settled.completed_by(_relevant(told, form))
    return settled


def heading_disagrees(column: Column, period: str | None) -> str | None:
    """What a heading should have named, when its year or month is not the return's; else None."""
    if period is None or column.meaning is None:
        return None
    year = int(period[:4]) - (1 if column.meaning.is_year_before else 0)
    told = read_period(period)
    month = told.starts.month if told.kind in ("month", "half_month") else None
    wrong_year = column.meaning.year is not None and column.meaning.year != year
    wrong_month = None not in (month, column.meaning.month) and column.meaning.month != month
    if not wrong_year and not wrong_month:
        return None
    return f"{year}年" + (f"{month}月" if column.meaning.month is not None and month else "")
