"""Text tables (CSV, TSV and their like) → cells: every text exactly as written, every row at its number.

Numbers and dates stay texts: reading them is for the column that declares what it holds.
"""

import re
from collections.abc import Iterator

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import Book, CellBudget, ReadingLimits, SheetBook
from pipelines.workbooks.containers.delimited_dialect import QUOTED_TEXT, dialect_of
from pipelines.workbooks.containers.error_texts import ERROR_TEXTS
from pipelines.workbooks.containers.text_encoding import decode_text

SHEET_NAME = "原件"
# What Excel holds at most (in lines, be they of rows or of texts); its longest text has 32,767 characters,
# other programs write longer ones.
_MOST_LINES = 1 << 20
_MOST_COLUMNS = 1 << 14
_LONGEST_TEXT = 1 << 17
_CHECK = "请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"


def read_delimited(data: bytes, limits: ReadingLimits) -> Book:
    """One sheet. A row is what Excel shows as one: line breaks between quotes stay inside their cell.

    Raises UnreadableFileError for bytes that are no text, for a quotation mark without its partner (it
    would swallow the rows behind it), and beyond the limits.
    """
    text = decode_text(data)
    dialect = dialect_of(text)
    if text.count(dialect.separator) > 4 * limits.max_cells:
        raise UnreadableFileError(_too_large(f"{4 * limits.max_cells} 格（空格子也算）"))
    if max(text.count("\n"), text.count("\r")) > _MOST_LINES:
        raise UnreadableFileError(_too_large(f"{_MOST_LINES} 行"))
    sheet = SheetBook(SHEET_NAME)
    budget = CellBudget(limits.max_cells)
    for row, column, field in _fields(text, dialect.start, dialect.separator):
        if column >= _MOST_COLUMNS:
            raise UnreadableFileError(_too_large(f"{_MOST_COLUMNS} 列"))
        if field.startswith('="') and (found := QUOTED_TEXT.fullmatch(field)):
            field = found.group(1).replace('""', '"')
            if not field:
                continue
        budget.spend()
        if field in ERROR_TEXTS:
            sheet.error_cells[row, column] = field
        else:
            sheet.rows.setdefault(row, {})[column] = field
    return Book([sheet])


def _fields(text: str, start: int, separator: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of every field that is not empty."""
    row = column = 0
    for found in _field_pattern(separator).finditer(text, start):
        quoted, rest, end = found.groups()
        if quoted is None:
            field = rest
            if field.startswith('"'):
                raise UnreadableFileError(_unpaired(row))
        else:
            field = quoted.replace('""', '"') + rest if '"' in quoted else quoted + rest
            if rest and ("\n" in quoted or "\r" in quoted):
                raise UnreadableFileError(_unpaired(row))
        if field:
            if len(field) > _LONGEST_TEXT:
                raise UnreadableFileError(
                    f"第 {row + 1} 行有一格超过 {_LONGEST_TEXT} 字，不像一张报表。{_CHECK}"
                )
            yield row, column, field
        if end == separator:
            column += 1
        else:
            row, column = row + 1, 0


def _field_pattern(separator: str) -> re.Pattern[str]:
    """A field and what ends it. Quotes count only where a field begins with one; text behind them is kept."""
    other = rf"[^{re.escape(separator)}\r\n]*+"
    end = rf"({re.escape(separator)}|\r\n|\r|\n|\Z)"
    # The end of the text is an end only once: not again behind the last line break.
    return re.compile(rf'(?!\Z)(?:"([^"]*+(?:""[^"]*+)*+)")?+({other}){end}')


def _unpaired(row: int) -> str:
    return f"第 {row + 1} 行起有一个引号没有配对，分不清哪些内容属于这一格。{_CHECK}"


def _too_large(most: str) -> str:
    return f"文件太大，超过上限（{most}）。请删去表外多余的内容后重新报送。"
