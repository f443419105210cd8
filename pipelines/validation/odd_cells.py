"""Cells that are read like all others and yet asked about: what a person does not see, or sees otherwise.

Hidden and filtered rows, hidden columns, struck-through and merged cells, cells far outside, numbers stored as
text. Their values are kept and counted; each oddity of a sheet is one question, at its first cell. Errors and
formulas without a value are no questions: they are noted while reading.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from pipelines.declarations.forms import Form
from pipelines.text import cell_name, column_letter, compact
from pipelines.validation.findings import Place
from pipelines.workbooks.casting import spreads
from pipelines.workbooks.cells import MergedRange, Sheet
from pipelines.workbooks.locating import Column
from pipelines.workbooks.readings import ReadSheet, ReadTable
from pipelines.workbooks.row_kinds import filled_cells

# (place, check, found, expected), as the columns frame takes them.
OddCell: TypeAlias = tuple[Place, str, str, str]

ODD_CELL_CHECKS = (
    "text_numbers", "hidden_rows", "filtered_rows", "hidden_column", "struck_cells", "merged_cells",
    "stray_cells",
)  # fmt: skip
_MOST_NAMED = 8


def odd_cells(entry: ReadSheet, form: Form) -> Iterator[OddCell]:
    """Everything odd about the tables of one sheet."""
    if not entry.tables:
        return
    sheet = entry.sheet
    rows = sorted(row.row for table in entry.tables for row in table.rows)
    by_hand = [row for row in rows if row in sheet.hidden_rows and row not in sheet.filtered_rows]
    filtered = [row for row in rows if row in sheet.filtered_rows]
    yield from _unseen_rows(entry, by_hand, "hidden_rows")
    yield from _unseen_rows(entry, filtered, "filtered_rows")
    yield from _hidden_columns(entry)
    yield from _struck_cells(sheet, rows)
    yield from _merged_cells(entry, form)
    yield from _stray_cells(sheet)
    yield from _text_numbers(entry)


def _unseen_rows(entry: ReadSheet, rows: Sequence[int], check: str) -> Iterator[OddCell]:
    if rows:
        known = (c.number for table in entry.tables for c in table.block.columns if c.field)
        column = next(known, 0)
        place = Place(entry.sheet.name, cell_name(rows[0], column), rows[0] + 1)
        yield place, check, _row_numbers(rows), f"{len(rows)} 行"


def _row_numbers(rows: Sequence[int]) -> str:
    """Rows as people name them: 第 5 行、第 7—9 行."""
    runs = [
        [row + 1 for _, row in run]
        for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0])
    ]
    return _listed(
        f"第 {run[0]} 行" if len(run) == 1 else f"第 {run[0]}—{run[-1]} 行" for run in runs
    )


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return "、".join(every[:_MOST_NAMED]) + ("等" if len(every) > _MOST_NAMED else "")


def _hidden_columns(entry: ReadSheet) -> Iterator[OddCell]:
    """Hidden columns of the form with something in them; of an unknown column its heading is asked about anyhow."""
    asked: set[int] = set()
    for table in entry.tables:
        for column in _known_columns(table):
            if column.number not in entry.sheet.hidden_columns or column.number in asked:
                continue
            rows = [r.row for r in table.rows if entry.sheet.at(r.row, column.number) != ""]
            if rows:
                asked.add(column.number)
                heading = cell_name(column.heading_row, column.number)
                place = Place(entry.sheet.name, heading, None, column.field)
                yield place, "hidden_column", column.heading, f"{len(rows)} 格"


def _known_columns(table: ReadTable) -> list[Column]:
    """The columns that hold something of the form; a running number says nothing."""
    return [c for c in table.block.columns if c.field and c.field != "sequence_no"]


def _struck_cells(sheet: Sheet, rows: Sequence[int]) -> Iterator[OddCell]:
    """Struck-through rows and cells among the rows that count; as a whole, for they ask one thing."""
    if not sheet.struck_cells:
        return
    struck_rows = {row for row, _ in sheet.struck_cells}
    names: list[str] = []
    first: tuple[int, int] | None = None
    for row in rows:
        if row not in struck_rows:
            continue
        filled = [column for column, _ in filled_cells(sheet.rows[row])]
        struck = [column for column in filled if (row, column) in sheet.struck_cells]
        if not struck:
            continue
        first = first or (row, struck[0])
        is_whole = len(struck) == len(filled)
        names += [f"第 {row + 1} 行"] if is_whole else [cell_name(row, c) for c in struck]
    if first is not None:
        place = Place(sheet.name, cell_name(*first), first[0] + 1)
        yield place, "struck_cells", _listed(names), f"{len(names)} 处"


def _merged_cells(entry: ReadSheet, form: Form) -> Iterator[OddCell]:
    """Merges over rows whose value counts in the first only, or over several columns; one question a column."""
    asked: dict[int, tuple[Place, list[str], str]] = {}
    for table, rows, merges in _merges_by_table(entry):
        known = {column.number: column for column in _known_columns(table)}
        for merge in merges:
            covered = rows[bisect_left(rows, merge[0]) : bisect_right(rows, merge[2])]
            columns = [known[c] for c in range(merge[1], merge[3] + 1) if c in known]
            if not covered or not columns or entry.sheet.at(merge[0], merge[1]) == "":
                continue
            reading = _reading_of_merge(entry.sheet, merge, covered, columns, form)
            if reading is None:
                continue
            cell = cell_name(merge[0], merge[1])
            place = Place(entry.sheet.name, cell, merge[0] + 1, columns[0].field)
            _, cells, _ = asked.setdefault(columns[0].number, (place, [], reading))
            cells.append(f"{cell}:{cell_name(merge[2], merge[3])}")
    for place, cells, reading in asked.values():
        yield place, "merged_cells", _listed(cells), reading


def _merges_by_table(
    entry: ReadSheet,
) -> Iterator[tuple[ReadTable, list[int], list[MergedRange]]]:
    """Each table with its rows and the merges over any of them, from the top left on."""
    tables = [(table, [row.row for row in table.rows]) for table in entry.tables if table.rows]
    last_rows = [rows[-1] for _, rows in tables]
    over: list[list[MergedRange]] = [[] for _ in tables]
    for merge in sorted(entry.sheet.sound_merges):
        number = bisect_left(last_rows, merge[0])
        while number < len(tables) and tables[number][1][0] <= merge[2]:
            over[number].append(merge)
            number += 1
    for (table, rows), merges in zip(tables, over, strict=True):
        yield table, rows, merges


def _reading_of_merge(
    sheet: Sheet,
    merge: MergedRange,
    rows: Sequence[int],
    columns: Sequence[Column],
    form: Form,
) -> str | None:
    """How a value over several cells was read; None where it is plain what it stands for."""
    is_over_empty = any(
        sheet.at(row, column.number) == ""
        for row in rows
        for column in columns
        if (row, column.number) != (merge[0], merge[1])
    )
    if not is_over_empty:
        return None
    does_spread = all(spreads(form.by_name[column.field or ""]) for column in columns)
    if does_spread and len(columns) == 1:
        return None
    if does_spread:
        return f"{columns[0].letter} 列到 {columns[-1].letter} 列都记同样的内容"
    if len(columns) == 1:
        return f"只记在第 {merge[0] + 1} 行，其他行按空白处理"
    first = cell_name(merge[0], merge[1])
    return f"文字栏都记同样的内容，金额、日期和代码只记在 {first} 这一格"


def _stray_cells(sheet: Sheet) -> Iterator[OddCell]:
    if sheet.stray_cells:
        cells = sorted(sheet.stray_cells)
        names = _listed(f"{column_letter(column)}{row + 1}" for row, column in cells)
        place = Place(sheet.name, cell_name(*cells[0]), cells[0][0] + 1)
        yield place, "stray_cells", names, f"{len(cells)} 格"


def _text_numbers(entry: ReadSheet) -> Iterator[OddCell]:
    """Columns of figures with numbers stored as text, of which a spreadsheet's own sums know nothing.

    Where a sheet holds nothing but text it is a text file or an export, and nobody typed them so.
    """
    found: dict[int, list[tuple[int, str]]] = {}
    for table in entry.tables:
        for column in table.block.columns:
            if column.number in table.units and column.field:
                rows = [row.row for row in table.rows if row.values.get(column.field) is not None]
                texts = [r for r in rows if _is_bare_number(entry.sheet.at(r, column.number))]
                found.setdefault(column.number, []).extend((r, column.field) for r in texts)
    if not any(found.values()) or _is_all_text(entry.sheet):
        return
    for number, places in found.items():
        if places:
            row, field = places[0]
            place = Place(entry.sheet.name, cell_name(row, number), row + 1, field)
            yield place, "text_numbers", f"{len(places)} 个", ""


def _is_bare_number(value: object) -> bool:
    """Whether a readable figure is text without a unit, which would have to be text."""
    return isinstance(value, str) and compact(value)[-1:].isdigit()


def _is_all_text(sheet: Sheet) -> bool:
    return all(isinstance(value, str) for cells in sheet.rows for value in cells)
