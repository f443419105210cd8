"""A table of any length as the first sheet of an .xlsx: the frame is ``spreadsheet``'s, the rows are streamed into it.

A cell object for every value of a million rows would take minutes and gigabytes. So the workbook is first written with
two sample rows, one of them holding texts that look like formulas; their styles are then given to every row (ECMA-376
part 1, §18.3.1.73). A figure stands in its cell with every digit. What the table says is not decided here.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import accumulate
from math import ceil, isfinite
from pathlib import Path
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

from pipelines.feedback.sheet_plans import CellStyle, SheetLook, SheetPlan
from pipelines.feedback.spreadsheet import writable, write_workbook
from pipelines.text import FORMULA_STARTERS, column_letter

LongValue: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

ROW_LIMIT = 1_048_576  # rows of an Excel sheet
HEAD_ROWS = 3  # the title, the source and the headings
_DIGITS = 15  # what Excel keeps of a number
_FIRST_DATE = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30)
_SAMPLE_ROWS = r'<row r="{}".*</row>(?=</sheetData>)'
_STYLE = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"')
_PRINT_AREA = rb"(Print_Area[^>]*>[^<]*:\$[A-Z]+\$)\d+"
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CHUNK = 2_000
_LINE_HEIGHT = 14.0
# Characters of a column's width on a page across at 70 %, where texts of 10 points are 7 points high.
_READABLE = {"A4": 200.0, "A3": 300.0}

_TITLE = CellStyle(points=14, is_bold=True)
_NOTE = CellStyle(points=9, wraps=True)
_HEADING = CellStyle(
    points=10, is_bold=True, fill="DDEBF7", horizontal="center", wraps=True, has_border=True
)


@dataclass(frozen=True)
class LongColumn:
    """A column: its heading, how its numbers look (``@`` for texts) and how wide it is, in characters.

    ``is_hidden`` ones, at the end of the sheet, are neither seen nor printed.
    """

    heading: str
    number_format: str
    width: float
    is_hidden: bool = False


@dataclass(frozen=True)
class LongSheet:
    """A sheet with a title, a line that names the source, headings, and the rows below.

    Where it is printed on several pages side by side, each begins with the first ``naming_columns``.
    """

    name: str
    title: str
    source: str
    columns: Sequence[LongColumn]
    naming_columns: int = 0


@dataclass(frozen=True)
class Written:
    """What a workbook holds: ``as_text`` figures have more digits than Excel keeps, and stand as texts."""

    rows: int
    as_text: int


def write_long_workbook(
    path: Path, sheet: LongSheet, rows: Iterable[Sequence[LongValue]], beside: Sequence[SheetPlan]
) -> Written:
    """Write the sheet and those beside it; equal rows give equal bytes.

    Raises ValueError when the rows do not fit into a sheet.
    """
    frame = write_workbook([_frame(sheet), *beside])
    with zipfile.ZipFile(io.BytesIO(frame)) as made, zipfile.ZipFile(path, "w") as file:
        for entry in made.infolist():
            content = made.read(entry)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if entry.filename == "xl/worksheets/sheet1.xml":
                with file.open(entry, "w", force_zip64=True) as stream:
                    written = _write_rows(content.decode(), sheet, rows, stream.write)
            elif entry.filename == "xl/workbook.xml":
                # The sheets come before it: how many rows there are is known.
                file.writestr(entry, _printed_to(content, HEAD_ROWS + written.rows))
            else:
                file.writestr(entry, content)
    return written


def _frame(sheet: LongSheet) -> SheetPlan:
    """The sheet with its two sample rows."""
    last, top = len(sheet.columns) - 1, HEAD_ROWS
    body = [
        (
            (top, n, top + 1, n),
            CellStyle(
                points=10,
                number_format=c.number_format,
                wraps=c.number_format == "@",
                has_border=True,
            ),
        )
        for n, c in enumerate(sheet.columns)
    ]
    page = page_of(sheet)
    heading_lines = max((_lines(c.heading, c.width) for c in sheet.columns), default=1)
    return SheetPlan(
        sheet.name,
        [
            [sheet.title],
            [sheet.source],
            [column.heading for column in sheet.columns],
            [],
            ["=" for _ in sheet.columns],
        ],
        look=SheetLook(
            widths=[column.width for column in sheet.columns],
            heights={
                0: 24,
                1: _LINE_HEIGHT * page.source_lines,
                2: _LINE_HEIGHT * heading_lines + 4,
            },
            styles=[
                ((0, 0, 0, 0), _TITLE),
                ((1, 0, 1, 0), _NOTE),
                ((2, 0, 2, last), _HEADING),
                *body,
            ],
            frozen_rows=top,
            repeated_rows=(0, top - 1),
            repeated_columns=sheet.naming_columns if page.pages_wide > 1 else 0,
            printed_columns=page.printed_columns,
            pages_wide=page.pages_wide,
            paper=page.paper,
            is_landscape=True,
        ),
        merges=[(1, 0, 1, page.source_columns - 1)] if page.source_columns > 1 else [],
    )


def _printed_to(workbook: bytes, last: int) -> bytes:
    """The first sheet's print area, which ended with its samples, down to its last row."""
    return re.sub(_PRINT_AREA, rb"\g<1>%d" % last, workbook, count=1)


@dataclass(frozen=True)
class _Page:
    """How a sheet is laid out on paper: what is printed, and over which columns and lines its source line runs."""

    printed_columns: int
    paper: Literal["A4", "A3"]
    pages_wide: int
    source_columns: int
    source_lines: int


def page_of(sheet: LongSheet) -> _Page:
    """As many pages side by side as keep the figures readable; no more than that."""
    widths = [column.width for column in sheet.columns if not column.is_hidden]
    whole, named = sum(widths), sum(widths[: sheet.naming_columns])
    paper: Literal["A4", "A3"] = "A4" if whole <= _READABLE["A4"] else "A3"
    limit = _READABLE[paper]
    pages = 1 if whole <= limit else ceil((whole - named) / (limit - named))
    over = [n for n, end in enumerate(accumulate(widths), 1) if end <= limit]
    source_columns = over[-1] if over else 1
    lines = _lines(sheet.source, sum(widths[:source_columns]) * 10 / 9)
    return _Page(len(widths), paper, pages, source_columns, lines)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column: a Chinese character is as wide as two others."""
    room = max(width - 1, 2)
    return sum(max(1, ceil(shown_width(part) / room)) for part in text.split("\n"))


def shown_width(text: str) -> int:
    """The width of a text, in characters of a column's width."""
    return sum(1 if character < "\u2e80" else 2 for character in text)


def _write_rows(
    frame: str,
    sheet: LongSheet,
    rows: Iterable[Sequence[LongValue]],
    write: Callable[[bytes], object],
) -> Written:
    """The frame with the rows in place of its samples, its extent and a filter over the table."""
    first = HEAD_ROWS + 1
    found = re.search(_SAMPLE_ROWS.format(first), frame, re.DOTALL)
    if found is None:
        raise ValueError("the frame has no sample rows")
    styles = _STYLE.findall(found[0])
    width = len(sheet.columns)
    cells = _Cells(styles[:width], styles[width:])
    before, after = frame[: found.start()], frame[found.end() :]
    write(re.sub(r"<dimension [^>]*/>", "", before).encode())
    number, chunk = first - 1, []
    for number, row in enumerate(rows, first):
        if number > ROW_LIMIT:
            raise ValueError(f"more rows than the {ROW_LIMIT} of a sheet")
        chunk.append(cells.row(number, row))
        if len(chunk) == _CHUNK:
            write("".join(chunk).encode())
            chunk.clear()
    write("".join(chunk).encode())
    last = f"{column_letter(width - 1)}{max(number, first - 1)}"
    table = f'</sheetData><autoFilter ref="A{first - 1}:{last}"/>'
    write(after.replace("</sheetData>", table, 1).encode())
    return Written(number - first + 1, cells.as_text)


class _Cells:
    """Rows as the XML of a sheet; counts the figures that had to become texts."""

    def __init__(self, plain: Sequence[str], quoted: Sequence[str]) -> None:
        """``plain`` and ``quoted`` are the styles of the columns; a quoted text is never calculated."""
        self.as_text = 0
        self._columns = [
            (column_letter(n), *styles) for n, styles in enumerate(zip(plain, quoted, strict=True))
        ]

    def row(self, number: int, values: Sequence[LongValue]) -> str:
        """One row of the sheet."""
        parts = [f'<row r="{number}">']
        for (letter, plain, quoted), value in zip(self._columns, values, strict=True):
            begin = f'<c r="{letter}{number}" s="'
            if value is None:
                parts.append(f'{begin}{plain}"/>')
                continue
            figure = None if isinstance(value, str) else self._figure(value)
            if figure is not None:
                parts.append(f'{begin}{plain}"><v>{figure}</v></c>')
                continue
            text = value if isinstance(value, str) else _as_text(value)
            style = quoted if text.startswith(FORMULA_STARTERS) else plain
            parts.append(f'{begin}{style}" t="inlineStr"><is>{_inline(text)}</is></c>')
        parts.append("</row>")
        return "".join(parts)

    def _figure(self, value: LongValue) -> str | None:
        """A value as Excel's number, None where Excel has none for it."""
        if isinstance(value, bool):
            return None
        if isinstance(value, datetime):
            return _moment(value) if value.tzinfo is None and value.date() >= _FIRST_DATE else None
        if isinstance(value, date):
            return str((value - _DAY_ZERO).days) if value >= _FIRST_DATE else None
        if isinstance(value, float):
            return repr(value) if isfinite(value) else None
        figure = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if len(figure) > _DIGITS and len(figure.replace(".", "").strip("-0")) > _DIGITS:
            self.as_text += 1
            return None
        return figure


def _moment(value: datetime) -> str:
    """Days and their fraction since Excel's day zero."""
    seconds = (value - datetime.combine(_DAY_ZERO, time())).total_seconds()
    return repr(seconds / 86_400)


def _as_text(value: LongValue) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _inline(text: str) -> str:
    """The text element of a cell (ECMA-376 part 1, §18.4.12; _x005F_ is §22.9.2.19)."""
    kept = escape(_ESCAPE_LOOKALIKE.sub("_x005F_", writable(text)))
    return f'<t xml:space="preserve">{kept}</t>'
