"""Which parts of a web archive are sheets, and how they are called (what Excel writes as 单个文件网页).

Reads the list of sheets a page carries, and no cell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from pipelines.workbooks.cells import UnreadableFileError

_SHEET = re.compile(r"<x:ExcelWorksheet>(.*?)</x:ExcelWorksheet>", re.DOTALL | re.IGNORECASE)
_NAME = re.compile(r"<x:Name>([^<]*)</x:Name>", re.IGNORECASE)
_SOURCE = re.compile(r"<x:WorksheetSource\s[^>]*?HRef\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden\s*</x:Visible>", re.IGNORECASE)
_NO_CELLS = re.compile(r"<x:WorksheetType>|<x:ChartSheet", re.IGNORECASE)
_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
SHEET_NAME = "原件"


@dataclass(frozen=True)
class Page:
    """A page of the archive: where it says it lies, and its text."""

    location: str
    text: str


@dataclass(frozen=True)
class SheetPage:
    """A page that is a sheet."""

    name: str
    text: str
    is_hidden: bool


def sheet_pages(pages: Sequence[Page]) -> list[SheetPage]:
    """The pages that are sheets, in the order of the workbook; without a list, every page with a table.

    Raises UnreadableFileError for a sheet whose page is not in the archive.
    """
    listed = [
        entry
        for page in pages
        for entry in _SHEET.findall(page.text)
        if _SOURCE.search(entry) and not _NO_CELLS.search(entry)
    ]
    if listed:
        by_file = {_file_name(page.location): page.text for page in pages}
        return [_listed_sheet(entry, number, by_file) for number, entry in enumerate(listed, 1)]
    with_table = [page.text for page in pages if _TABLE.search(page.text)]
    return [
        SheetPage(_own_name(text, number), text, False) for number, text in enumerate(with_table, 1)
    ]


def _listed_sheet(entry: str, number: int, by_file: dict[str, str]) -> SheetPage:
    source, named = _SOURCE.search(entry), _NAME.search(entry)
    name = unescape(named.group(1)) if named else f"{SHEET_NAME}{number}"
    text = by_file.get(_file_name(unescape(source.group(1)))) if source else None
    if text is None:
        raise UnreadableFileError(
            f"文件里缺工作表“{name}”的内容，可能没有复制完。请用 Excel 打开原表，另存为 .xlsx 后重新报送。"
        )
    return SheetPage(name, text, _HIDDEN.search(text) is not None)


def _own_name(text: str, number: int) -> str:
    names: list[str] = _NAME.findall(text)
    if len(names) == 1 and names[0].strip():
        return unescape(names[0])
    return SHEET_NAME if number == 1 else f"{SHEET_NAME}{number}"


def _file_name(location: str) -> str:
    """The last part of a location, as the two sides may write it differently."""
    return location.strip().replace("\\", "/").rpartition("/")[2].lower()
