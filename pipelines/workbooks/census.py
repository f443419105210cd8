"""A second, independent look at every cell: how many there are, and what the reader hides.

calamine shows an error value and a formula without a result as empty cells; this module finds them
in the file itself and counts all non-empty cells, so that nothing can be lost in silence.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from xml.etree import ElementTree

import xlrd

from pipelines.workbooks.cells import Position, UnreadableFileError

# One match a cell: its column and row (where it names them), its other attributes, its content.
_CELL = re.compile(
    rb"<(?:\w+:)?c(?: r=\"([A-Z]{1,3})(\d{1,7})\")?((?:\s[^>]*?)?)(?:/>|>(.*?)</(?:\w+:)?c>)"
    rb"|<(?:\w+:)?row\b([^>]*)>",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_ROW_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class SheetCensus:
    """What one sheet holds: the count of non-empty cells and those a reader shows as empty."""

    counted_cells: int = 0
    error_cells: dict[Position, str] = field(default_factory=dict)
    uncached_formulas: set[Position] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1


def count_xlsx(data: bytes, max_unpacked: int) -> dict[str, SheetCensus]:
    """Census of every worksheet of an .xlsx by sheet name.

    Raises UnreadableFileError for damaged parts, for a DTD, and beyond ``max_unpacked`` bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _read_parts(archive, max_unpacked)
    except (
        zipfile.BadZipFile,
        EOFError,
        ValueError,
        RuntimeError,  # an encrypted entry, or (NotImplementedError) an unknown compression
        OSError,
        zlib.error,
    ) as error:
        raise UnreadableFileError("文件已损坏，里面的内容读不出来。请重新保存后再报送。") from error
    empty_strings = _empty_shared_strings(parts)
    try:
        located = _sheet_parts(parts)
    except (ElementTree.ParseError, KeyError) as error:
        raise UnreadableFileError(
            "工作簿的目录已损坏。请用 Excel 打开后另存一份再报送。"
        ) from error
    return {
        name: _count_sheet(parts[part], empty_strings)
        for name, part in located.items()
        if part in parts
    }


def count_xls(data: bytes) -> dict[str, SheetCensus]:
    """Census of every worksheet of an .xls by sheet name, read by a second library."""
    try:
        book = xlrd.open_workbook(file_contents=data, on_demand=False, logfile=io.StringIO())
    except Exception as error:  # xlrd raises bare assertion, index and struct errors on damage
        raise UnreadableFileError(
            "文件已损坏或已加密，读不出来。请另存为 .xlsx 后重新报送。"
        ) from error
    return {sheet.name: _count_xls_sheet(sheet) for sheet in book.sheets()}


def _count_xls_sheet(sheet: xlrd.sheet.Sheet) -> SheetCensus:
    census = SheetCensus()
    for row in range(sheet.nrows):
        types, values = sheet.row_types(row), sheet.row_values(row)
        for column, (kind, value) in enumerate(zip(types, values, strict=True)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or value == "":
                continue
            census.counted_cells += 1
            census.last_row, census.last_column = row, max(census.last_column, column)
            if kind == xlrd.XL_CELL_ERROR:
                census.error_cells[row, column] = xlrd.error_text_from_code.get(value, "#ERR")
    return census


def _read_parts(archive: zipfile.ZipFile, max_unpacked: int) -> dict[str, bytes]:
    """The parts that hold cells, unpacked within the budget; zipfile checks each CRC."""
    parts: dict[str, bytes] = {}
    budget = max_unpacked
    for info in archive.infolist():
        name = info.filename.lstrip("/")
        if not name.startswith("xl/") or not name.endswith((".xml", ".rels")):
            continue
        if not name.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/workbook", "xl/_rels/")):
            continue
        with archive.open(info) as stream:
            content = stream.read(budget + 1)
        budget -= len(content)
        if budget < 0:
            raise UnreadableFileError("文件解开后太大，不像一张报表。请删去无关内容后重新报送。")
        if b"<!DOCTYPE" in content[:4096]:
            raise UnreadableFileError(
                "文件里有不允许的定义（DOCTYPE）。请用 Excel 打开后另存一份再报送。"
            )
        parts[name] = _as_utf8(content)
    return parts


def _as_utf8(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16").encode("utf-8")
    return content


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    targets = {
        relation.get("Id"): (relation.get("Target") or "")
        for relation in ElementTree.fromstring(_declared(parts["xl/_rels/workbook.xml.rels"]))
    }
    located: dict[str, str] = {}
    for element in ElementTree.fromstring(_declared(parts["xl/workbook.xml"])).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        target = targets.get(element.get(_RELATION) or element.get(_STRICT_RELATION)) or ""
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        located[element.get("name") or ""] = path
    return located


def _declared(content: bytes) -> bytes:
    """Drop an encoding declaration that no longer holds after the text became UTF-8."""
    return re.sub(rb"^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*\?>", b"", content, count=1)


def _empty_shared_strings(parts: dict[str, bytes]) -> set[bytes]:
    content = next((c for n, c in parts.items() if n.lower() == "xl/sharedstrings.xml"), b"")
    return {
        str(number).encode()
        for number, item in enumerate(_STRING_ITEM.finditer(content))
        if not any(_TEXT.findall(_PHONETIC.sub(b"", item.group(1) or b"")))
    }


def _count_sheet(content: bytes, empty_strings: set[bytes]) -> SheetCensus:
    census = SheetCensus()
    row, column = -1, -1
    for letters, number, attributes, body, row_attributes in _CELL.findall(content):
        if row_attributes:
            given = _ROW_NUMBER.search(row_attributes)
            row, column = (int(given.group(1)) - 1 if given else row + 1), -1
            continue
        if not letters and (place := _REFERENCE.search(attributes)):
            letters, number = place.groups()
        column = _column_number(letters) if letters else column + 1
        row = int(number) - 1 if number else row
        if body and _is_filled(census, attributes, body, (row, column), empty_strings):
            census.counted_cells += 1
            census.last_row = max(census.last_row, row)
            census.last_column = max(census.last_column, column)
    return census


def _is_filled(
    census: SheetCensus,
    attributes: bytes,
    body: bytes,
    position: Position,
    empty_strings: set[bytes],
) -> bool:
    """Whether a cell holds something; errors and formulas nobody calculated are noted."""
    found = _VALUE.search(body)
    value = found.group(1) if found else b""
    kind = _TYPE.search(attributes)
    match kind.group(1) if kind else b"n":
        case b"s":
            return bool(value) and value.strip() not in empty_strings
        case b"inlineStr":
            spoken = _PHONETIC.sub(b"", body) if b"rPh" in body else body
            return any(_TEXT.findall(spoken))
        case b"e":
            census.error_cells[position] = unescape(value.decode("utf-8", "replace"))
            return True
        case b"str":
            return bool(value)
        case _:
            if not value and _FORMULA.search(body):
                census.uncached_formulas.add(position)
                return True
            return bool(value)


@cache
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
