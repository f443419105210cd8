"""The cells of one worksheet part: finding one, making one that is missing, reading and writing text.

Only rows that are asked for are walked through; a sheet may have very many cells.
"""

from bisect import bisect_left

from lxml import etree

from pipelines.feedback.marking.ooxml import (
    Address,
    drop_attribute,
    is_true,
    parse_address,
    parse_range,
    q,
    written,
)
from pipelines.feedback.marking.package import Package, UnmarkableError
from pipelines.text import cell_name

_C, _ROW, _VALUE, _INLINE, _TEXT = q("c"), q("row"), q("v"), q("is"), q("t")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class SheetCells:
    """The cells of a worksheet by 0-based row and column."""

    def __init__(self, root: etree._Element) -> None:
        data = root.find(q("sheetData"))
        if data is None:
            raise UnmarkableError("a worksheet has no cells part")
        self.root = root
        self._data = data
        self._rows: dict[int, etree._Element] = {}
        self._cells: dict[int, dict[int, etree._Element]] = {}
        self._index_rows()
        self._numbers = sorted(self._rows)
        self._column_looks = _column_looks(root)

    def row_numbers(self) -> list[int]:
        """The rows that exist, in order."""
        return self._numbers

    def row_attribute(self, row: int, name: str) -> str | None:
        """What a row says of itself; None where there is no such row."""
        found = self._rows.get(row)
        return None if found is None else found.get(name)

    def find(self, address: Address) -> etree._Element | None:
        """The cell, None where it does not exist."""
        return self._row_cells(address[0]).get(address[1]) if address[0] in self._rows else None

    def ensure(self, address: Address) -> tuple[etree._Element, bool]:
        """The cell, and whether it had to be made; a new one looks as the empty place looked."""
        found = self.find(address)
        if found is not None:
            return found, False
        row, column = address
        parent = self._ensure_row(row)
        cells = self._row_cells(row)
        made = etree.Element(_C, {"r": cell_name(row, column)})
        look = self._empty_look(parent, column)
        if look:
            made.set("s", str(look))
        following = min((number for number in cells if number > column), default=None)
        if following is None:
            parent.append(made)
        else:
            cells[following].addprevious(made)
        drop_attribute(parent, "spans")  # a hint that may no longer hold
        cells[column] = made
        return made, True

    def remove(self, address: Address) -> None:
        """Take a cell away, and its row when that holds nothing and says nothing."""
        row, column = address
        cell = self._row_cells(row).pop(column)
        parent = self._rows[row]
        parent.remove(cell)
        if not len(parent) and set(parent.attrib) <= {"r", "spans"}:
            self._data.remove(parent)
            del self._rows[row], self._cells[row]
            self._numbers.remove(row)

    def write_text(self, address: Address, text: str) -> None:
        """Let a cell hold this text."""
        cell, _ = self.ensure(address)
        fill_with_text(cell, text)

    def with_looks(self, looks: set[int]) -> list[tuple[Address, etree._Element]]:
        """Every cell that has one of these looks."""
        if not looks:
            return []
        wanted = {str(look) for look in looks}
        found = []
        for row, parent in list(self._rows.items()):
            if any(cell.get("s") in wanted for cell in parent):
                cells = self._row_cells(row).items()
                found += [((row, column), c) for column, c in cells if c.get("s") in wanted]
        return found

    def _index_rows(self) -> None:
        number = -1
        for row in self._data.iterchildren(_ROW):
            said = row.get("r")
            number = int(said) - 1 if said else number + 1
            if not said:
                row.set("r", str(number + 1))
            self._rows.setdefault(number, row)

    def _row_cells(self, row: int) -> dict[int, etree._Element]:
        if row not in self._cells:
            cells: dict[int, etree._Element] = {}
            column = -1
            for cell in self._rows[row].iterchildren(_C):
                place = parse_address(cell.get("r"))
                column = place[1] if place else column + 1
                if not place:
                    cell.set("r", cell_name(row, column))
                cells.setdefault(column, cell)
            self._cells[row] = cells
        return self._cells[row]

    def _ensure_row(self, row: int) -> etree._Element:
        if row in self._rows:
            return self._rows[row]
        made = etree.Element(_ROW, {"r": str(row + 1)})
        position = bisect_left(self._numbers, row)
        if position < len(self._numbers):
            self._rows[self._numbers[position]].addprevious(made)
        else:
            self._data.append(made)
        self._numbers.insert(position, row)
        self._rows[row] = made
        return made

    def _empty_look(self, row: etree._Element, column: int) -> int:
        if is_true(row.get("customFormat")):
            return int(row.get("s") or 0)
        return next(
            (look for first, last, look in self._column_looks if first <= column <= last), 0
        )


def fill_with_text(cell: etree._Element, text: str) -> None:
    """Let a cell hold this text, in the cell itself: no table of strings has to be changed."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, _INLINE), _TEXT)
    holder.text = written(text)
    if text != text.strip() or "\n" in text or "  " in text:
        holder.set(_XML_SPACE, "preserve")


def anchors(root: etree._Element, addresses: set[Address]) -> dict[Address, Address]:
    """Each address that lies in a merge → the cell that shows for the merge."""
    columns_of: dict[int, list[int]] = {}
    for row, column in sorted(addresses):
        columns_of.setdefault(row, []).append(column)
    rows = sorted(columns_of)
    found: dict[Address, Address] = {}
    for merge in root.iterfind(f"{q('mergeCells')}/{q('mergeCell')}"):
        corners = parse_range(merge.get("ref"))
        if corners is None:
            continue
        top, left, bottom, right = corners
        for row in rows[bisect_left(rows, top) : bisect_left(rows, bottom + 1)]:
            found |= {(row, c): (top, left) for c in columns_of[row] if left <= c <= right}
    return found


def texts_of(package: Package, part: str) -> dict[Address, str]:
    """The texts of a small sheet by address; numbers as written."""
    cells = SheetCells(package.peek(part))
    shared: list[str] | None = None
    found: dict[Address, str] = {}
    for row in cells.row_numbers():
        for column, cell in cells._row_cells(row).items():
            if cell.get("t") == "inlineStr":
                text = _joined(cell.find(_INLINE))
            else:
                text = cell.findtext(_VALUE) or ""
                if cell.get("t") == "s" and text:
                    shared = _shared_texts(package) if shared is None else shared
                    text = shared[int(text)] if int(text) < len(shared) else ""
            if text:
                found[row, column] = text
    return found


def _shared_texts(package: Package) -> list[str]:
    part = package.related(package.workbook_part, "sharedStrings")
    return (
        [] if part is None else [_joined(item) for item in package.peek(part).iterchildren(q("si"))]
    )


def _joined(item: etree._Element | None) -> str:
    """The text of a string item: its own and that of its runs, not the reading aid beside it."""
    if item is None:
        return ""
    texts = [item.findtext(_TEXT) or ""] + [
        run.findtext(_TEXT) or "" for run in item.iterfind(q("r"))
    ]
    return "".join(texts)


def _column_looks(root: etree._Element) -> list[tuple[int, int, int]]:
    return [
        (int(c.get("min") or 1) - 1, int(c.get("max") or 1) - 1, int(c.get("style") or 0))
        for c in root.iterfind(f"{q('cols')}/{q('col')}")
        if c.get("style")
    ]
