"""The boxes in which comments show: VML, the drawing language Excel has kept for them since 2000.

A comment without a box is lost in Excel. What the comment says is in its own part (``comments``).
"""

import re
from collections.abc import Callable

from lxml import etree

from pipelines.feedback.marking.cells import SheetCells
from pipelines.feedback.marking.ooxml import OFFICE, Address, ensure_child, is_true, q
from pipelines.feedback.marking.package import Package
from pipelines.feedback.row_heights import wrapped_lines

_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BLOCKS = re.compile(rb"""idmap\b[^>]*?\bdata\s*=\s*["']([\d,\s]*)["']""")
# Excel hands out box numbers in blocks of 1,024; two drawings with one block make it "repair" the file.
_BLOCK = 1024
_BOX_TYPE = "_x0000_t202"
_EMPTY_TAGS = (f"{{{_O}}}shapelayout", f"{{{_V}}}shapetype")
_LAST_COLUMN, _LAST_ROW = 16_383, 1_048_575
_WIDTH, _LINE, _LONGEST = 300, 17, 420  # pixels
_CHARACTER = 6.1  # pixels of one of half width, in nine points

_EMPTY = f"""<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"/>"""
_SHAPE_TYPE = f"""<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="{_BOX_TYPE}" coordsize="21600,21600"
 o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>
<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = f"""<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="" type="#{_BOX_TYPE}" style=""
 fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>
<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor/>
<x:AutoFill>False</x:AutoFill><x:Row/><x:Column/></x:ClientData></v:shape>"""


class NoteBoxes:
    """The boxes of one sheet."""

    def __init__(self, package: Package, sheet_part: str, cells: SheetCells) -> None:
        self._package, self._sheet_part, self._cells = package, sheet_part, cells
        self._part = _drawing_part(package, sheet_part, cells.root)
        self._boxes = self._existing() if self._part else {}
        self._next = 0
        self._shape = etree.fromstring(_SHAPE)
        self._width_of, self._height_of = _widths(cells.root), _heights(cells)

    def ensure(self, address: Address, text: str) -> None:
        """A box for the comment of this cell; one that is there grows by the height of the text."""
        if address in self._boxes:
            self._resize(address, text, 1)
            return
        root = self._drawing()
        if not self._next:
            self._next = self._reserve_block(root)
        box = etree.fromstring(etree.tostring(self._shape))
        height = min(_LONGEST, 8 + _LINE * _lines_in(text, _WIDTH))
        box.set("id", f"_x0000_s{self._next}")
        box.set(
            "style",
            "position:absolute;margin-left:60pt;margin-top:2pt;"
            f"width:{_WIDTH * 3 // 4}pt;height:{height * 3 // 4}pt;z-index:{self._next % _BLOCK};visibility:hidden",
        )
        data = box.find(f"{{{_X}}}ClientData")
        assert data is not None
        for name, said in (
            ("Anchor", self._anchor(address, height)),
            ("Row", str(address[0])),
            ("Column", str(address[1])),
        ):
            data.find(f"{{{_X}}}{name}").text = said  # type: ignore[union-attr]
        root.append(box)
        self._boxes[address] = box
        self._next += 1

    def shrink(self, address: Address, text: str) -> None:
        """Take back what the box has grown for this text."""
        if address in self._boxes:
            self._resize(address, text, -1)

    def remove(self, address: Address) -> None:
        """Take the box of this cell away."""
        box = self._boxes.pop(address, None)
        parent = None if box is None else box.getparent()
        if box is not None and parent is not None:
            parent.remove(box)

    def close(self) -> None:
        """Take the drawing away when nothing is drawn any more."""
        if self._part is None or any(e.tag not in _EMPTY_TAGS for e in self._drawing()):
            return
        element = self._cells.root.find(q("legacyDrawing"))
        if element is not None:
            self._cells.root.remove(element)
        self._package.unrelate(self._sheet_part, self._part)
        self._package.remove(self._part)
        self._part = None

    def _drawing(self) -> etree._Element:
        if self._part is None:
            self._part = self._package.free_name("drawings/vmlDrawing", ".vml")
            self._package.add_of_extension(self._part, etree.fromstring(_EMPTY), _CONTENT_TYPE)
            relation_id = self._package.relate(self._sheet_part, "vmlDrawing", self._part)
            ensure_child(self._cells.root, "legacyDrawing").set(f"{{{OFFICE}}}id", relation_id)
        return self._package.root(self._part, forgiving=True)

    def _existing(self) -> dict[Address, etree._Element]:
        found: dict[Address, etree._Element] = {}
        for data in self._drawing().iter(f"{{{_X}}}ClientData"):
            row, column = data.findtext(f"{{{_X}}}Row"), data.findtext(f"{{{_X}}}Column")
            shape = data.getparent()
            if data.get("ObjectType") == "Note" and row and column and shape is not None:
                found[int(row), int(column)] = shape
        return found

    def _reserve_block(self, root: etree._Element) -> int:
        """The first number of a block no drawing of the workbook uses, noted in this one."""
        block = max(_used_blocks(self._package), default=0) + 1
        layout = root.find(f"{{{_O}}}shapelayout")
        if layout is None:
            layout = etree.Element(f"{{{_O}}}shapelayout", {f"{{{_V}}}ext": "edit"})
            root.insert(0, layout)
        known = layout.find(f"{{{_O}}}idmap")
        if known is None:
            known = etree.SubElement(layout, f"{{{_O}}}idmap", {f"{{{_V}}}ext": "edit"})
        known.set("data", ",".join([*filter(None, [known.get("data")]), str(block)]))
        if not any(e.get("id") == _BOX_TYPE for e in root.iter(f"{{{_V}}}shapetype")):
            layout.addnext(etree.fromstring(_SHAPE_TYPE))
        return block * _BLOCK + 1

    def _resize(self, address: Address, text: str, direction: int) -> None:
        """Move the lower edge of a box; where it says no place, it stays."""
        anchor = self._boxes[address].find(f"{{{_X}}}ClientData/{{{_X}}}Anchor")
        corners = (
            [piece.strip() for piece in (anchor.text or "").split(",")]
            if anchor is not None
            else []
        )
        if anchor is None or len(corners) != 8 or not all(c.isdecimal() for c in corners):
            return
        left, from_left, top, from_top, right, to_right, bottom, to_bottom = map(int, corners)
        width = _distance(left, from_left, right, to_right, self._width_of)
        height = _distance(top, from_top, bottom, to_bottom, self._height_of)
        wanted = max(_LINE, height + direction * _LINE * _lines_in(text, width))
        bottom, to_bottom = _walk(top, from_top, wanted, self._height_of, _LAST_ROW)
        anchor.text = ", ".join([*corners[:6], str(bottom), str(to_bottom)])

    def _anchor(self, address: Address, height: int) -> str:
        """Where the box stands: right of the cell; column, pixels, row, pixels of two corners."""
        left, top = min(address[1] + 1, _LAST_COLUMN), max(address[0] - 1, 0)
        right, beside = _walk(left, 15, _WIDTH, self._width_of, _LAST_COLUMN)
        bottom, below = _walk(top, 10, height, self._height_of, _LAST_ROW)
        return f"{left}, 15, {top}, 10, {right}, {beside}, {bottom}, {below}"


def _drawing_part(package: Package, sheet_part: str, root: etree._Element) -> str | None:
    element = root.find(q("legacyDrawing"))
    if element is None:
        return None
    wanted = element.get(f"{{{OFFICE}}}id")
    for relation in package.relations(sheet_part):
        if relation.relation_id == wanted and relation.target and package.has(relation.target):
            return relation.target
    root.remove(element)  # it leads nowhere; Excel would complain
    return None


def _used_blocks(package: Package) -> set[int]:
    found: set[int] = set()
    for part in package.part_names():
        if part.endswith(".vml"):
            is_parsed = package.is_parsed(part)
            text = etree.tostring(package.peek(part)) if is_parsed else package.raw(part)
            for listed in _BLOCKS.findall(text):
                found |= {int(number) for number in listed.split(b",") if number.strip()}
    return found


def _lines_in(text: str, width: int) -> int:
    return wrapped_lines(text, max(4, int((width - 20) / _CHARACTER)))


def _distance(
    start: int, offset: int, end: int, end_offset: int, size_of: Callable[[int], int]
) -> int:
    """The pixels between two places; boxes over more than 500 rows are not measured further."""
    return sum(size_of(n) for n in range(start, min(end, start + 500))) - offset + end_offset


def _walk(
    start: int, offset: int, length: int, size_of: Callable[[int], int], last: int
) -> tuple[int, int]:
    """The row or column, and the pixels into it, ``length`` pixels after ``offset`` in the first."""
    index, rest = start, offset + length
    while index < min(last, start + 500) and rest >= size_of(index):
        rest -= size_of(index)
        index += 1
    return index, min(rest, max(size_of(index) - 1, 0))


def _widths(root: etree._Element) -> Callable[[int], int]:
    layout = root.find(q("sheetFormatPr"))
    default = float((layout.get("defaultColWidth") if layout is not None else None) or 9)
    ranges = [
        (
            int(c.get("min") or 1) - 1,
            int(c.get("max") or 1) - 1,
            0.0 if is_true(c.get("hidden")) else float(c.get("width") or default),
        )
        for c in root.iterfind(f"{q('cols')}/{q('col')}")
    ]

    def width_of(column: int) -> int:
        width = next((w for first, last, w in ranges if first <= column <= last), default)
        return round(width * 7)

    return width_of


def _heights(cells: SheetCells) -> Callable[[int], int]:
    layout = cells.root.find(q("sheetFormatPr"))
    default = float((layout.get("defaultRowHeight") if layout is not None else None) or 15)

    def height_of(row: int) -> int:
        if is_true(cells.row_attribute(row, "hidden")):
            return 0
        return round(float(cells.row_attribute(row, "ht") or default) * 4 / 3)

    return height_of
