"""Bytes → cells: what a file is, opened if it is encrypted, read, counted once more, made a grid.

Meant for a process whose memory and time are limited (``reader``). How a kind of file is read is its
container's business.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipelines.workbooks.cells import Sheet, UnreadableFileError, Workbook
from pipelines.workbooks.containers.book import DAMAGED, Book, Count, ReadingLimits
from pipelines.workbooks.containers.delimited import read_delimited
from pipelines.workbooks.containers.delimited_count import count_delimited
from pipelines.workbooks.containers.html import read_html
from pipelines.workbooks.containers.html_count import count_html
from pipelines.workbooks.containers.mhtml import read_mhtml
from pipelines.workbooks.containers.mhtml_count import count_mhtml
from pipelines.workbooks.containers.ods import read_fods, read_ods
from pipelines.workbooks.containers.ods_count import count_fods, count_ods
from pipelines.workbooks.containers.spreadsheetml import read_spreadsheetml
from pipelines.workbooks.containers.spreadsheetml_count import count_spreadsheetml
from pipelines.workbooks.containers.xls import read_xls
from pipelines.workbooks.containers.xls_count import count_xls
from pipelines.workbooks.containers.xlsb import read_xlsb
from pipelines.workbooks.containers.xlsb_count import count_xlsb
from pipelines.workbooks.containers.xlsx import read_xlsx
from pipelines.workbooks.containers.xlsx_count import count_xlsx
from pipelines.workbooks.decryption import opened
from pipelines.workbooks.detection import Container, container_of
from pipelines.workbooks.grid import build_sheet
from pipelines.workbooks.packages import Member, list_members

__all__ = ["ReadingLimits", "read_file", "read_workbook"]

_Reader = Callable[[bytes, ReadingLimits], Book]
_Counter = Callable[[bytes, ReadingLimits], Count]

# All grids of a file together may be so many times as large as one; and so many letters stand in one file.
_GRIDS_PER_FILE = 2
_MOST_LETTERS = 20_000_000
_MOST_SHEETS = 1_000

# Two methods for each kind of file: one gives the cells, the other only counts them (docs/adr/0002).
_METHODS: Final[Mapping[Container, tuple[_Reader, _Counter]]] = {
    "xlsx": (read_xlsx, count_xlsx),
    "xlsb": (read_xlsb, count_xlsb),
    "xls": (read_xls, count_xls),
    "ods": (read_ods, count_ods),
    "fods": (read_fods, count_fods),
    "delimited": (read_delimited, count_delimited),
    "html": (read_html, count_html),
    "mhtml": (read_mhtml, count_mhtml),
    "spreadsheetml": (read_spreadsheetml, count_spreadsheetml),
}

_ENCRYPTED_PACKAGE = (
    "这是加了密的压缩包，里面的文件取不出来。请不加密重新压缩成 .zip，或者逐个报送里面的表格。"
)


def read_file(data: bytes, limits: ReadingLimits) -> Workbook | tuple[Member, ...]:
    """Read a file: the sheets of a workbook at their true positions, or what a zip package of returns holds.

    Raises UnreadableFileError with a sentence for the submitter: no table, encrypted, damaged, too large, or
    two counts of its cells that disagree.
    """
    if len(data) > limits.max_bytes:
        raise UnreadableFileError(too_many_bytes(len(data), limits))
    container = container_of(data, limits.max_unpacked)
    if container == "encrypted":
        data = opened(data)
        container = container_of(data, limits.max_unpacked)
        if container == "package":
            # Its members would be looked for in the bytes that are still encrypted.
            raise UnreadableFileError(_ENCRYPTED_PACKAGE)
    elif container == "xls":
        data = opened(data)
    if container == "package":
        return list_members(data, limits)
    if container not in _METHODS:
        raise UnreadableFileError("文件一层套一层地加了密，读不出来。请取消密码后重新报送。")
    read, count = _METHODS[container]
    book = read(data, limits)
    if not book.sheets:
        raise UnreadableFileError("工作簿里没有工作表。请检查后重新报送。")
    if len(book.sheets) > _MOST_SHEETS:
        raise UnreadableFileError(
            f"文件里有 {len(book.sheets)} 张工作表，不像一份报表。请只留要报送的工作表后重新报送。"
        )
    counted = count(data, limits)
    _name_apart(book)
    if any(cells and number >= len(book.sheets) for number, cells in counted.items()):
        raise UnreadableFileError(DAMAGED)
    sheets = []
    left = limits.max_cells * _GRIDS_PER_FILE
    for number, sheet in enumerate(book.sheets):
        built = build_sheet(sheet, counted.get(number, 0), limits)
        left -= len(built.rows) * len(built.rows[0]) if built.rows else 0
        if left < 0:
            raise UnreadableFileError(
                "各工作表合起来太大，不像一份报表。请删去无关的工作表和表外内容后重新报送。"
            )
        sheets.append(built)
    _guard_letters(sheets)
    return Workbook(sheets, book.is_1904)


def _guard_letters(sheets: Sequence[Sheet]) -> None:
    """A text that many cells share is small in a file, and large in every table of cells."""
    letters = sum(
        len(value)
        for sheet in sheets
        for row in (*sheet.rows, list(sheet.stray_cells.values()))
        for value in row
        if isinstance(value, str)
    )
    if letters > _MOST_LETTERS:
        raise UnreadableFileError(
            f"文件里的文字有 {letters // 10_000} 万字，不像一份报表。请删去无关内容后重新报送。"
        )


def _name_apart(book: Book) -> None:
    """Sheets of one name, which no program writes, are known apart: what is found is found by name."""
    taken: set[str] = set()
    for sheet in book.sheets:
        name, again = sheet.name, 1
        while sheet.name in taken:
            again += 1
            sheet.name = f"{name}（{again}）"
        taken.add(sheet.name)


def read_workbook(data: bytes, limits: ReadingLimits) -> Workbook:
    """Read a file that is one workbook. Raises UnreadableFileError like :func:`read_file`, and for a package."""
    read = read_file(data, limits)
    if isinstance(read, Workbook):
        return read
    raise UnreadableFileError("这是压缩包，里面有几个文件。请解压后逐个处理。")


def too_many_bytes(size: int, limits: ReadingLimits) -> str:
    """What a submitter is told of a file that is not even opened."""
    return (
        f"文件有 {size >> 20} MB，超过上限 {limits.max_bytes >> 20} MB。"
        "请删去图片和无关工作表后重新报送。"
    )
