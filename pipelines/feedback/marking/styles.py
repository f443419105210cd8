"""The style sheet of a workbook: the same look with another fill, and the looks of our own sheets.

Nothing that is there is changed; what is needed is added once and found again the next time.
"""

import posixpath
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from pipelines.feedback.marking.ooxml import MAIN, drop_attribute, ensure_child, q
from pipelines.feedback.marking.package import Package, UnmarkableError

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_PLAIN = f"""<styleSheet xmlns="{MAIN}">
<fonts count="1"><font><sz val="11"/><name val="宋体"/><family val="3"/><charset val="134"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
# The first two fills are fixed: whatever stands there, programs show none and gray125.
_FIXED_FILLS = ("none", "gray125")

_Key = tuple[str, tuple[tuple[str, str], ...], str, tuple["_Key", ...]]


class Styles:
    """The looks of the cells of one workbook; an index is what a cell's ``s`` says."""

    def __init__(self, package: Package) -> None:
        self._root = _style_sheet(package)
        self._looks = self._collection("cellXfs")
        if not len(self._looks):
            etree.SubElement(self._looks, q("xf"), _numbers(0, 0, 0))
        fills = self._collection("fills")
        for pattern in _FIXED_FILLS[len(fills) :]:
            _set_pattern(etree.SubElement(fills, q("fill")), pattern)
        self._known: dict[str, dict[_Key, int]] = {}
        self._filled: dict[tuple[int, int, str | None], int] = {}

    def look_count(self) -> int:
        """How many looks there are."""
        return len(self._looks)

    def fill_of(self, look: int) -> tuple[str, str]:
        """The fill of a look as XML, and whether the look says it applies ('' where it does not say)."""
        xf = self._look(look)
        fills = self._collection("fills")
        number = int(xf.get("fillId") or 0)
        fill = fills[number] if number < len(fills) else fills[0]
        return _plain_xml(fill), xf.get("applyFill") or ""

    def solid_colour_of(self, look: int) -> str | None:
        """The six hexadecimal digits of a solid fill of its own colour; None for any other fill."""
        fills = self._collection("fills")
        number = int(self._look(look).get("fillId") or 0)
        fill = fills[number] if number < len(fills) else fills[0]
        pattern = fill.find(q("patternFill"))
        colour = None if pattern is None else pattern.find(q("fgColor"))
        if pattern is None or colour is None or pattern.get("patternType") != "solid":
            return None
        return (colour.get("rgb") or "")[-6:].upper() or None

    def solid(self, rgb: str) -> int:
        """A solid fill of a colour (six hexadecimal digits)."""
        fill = etree.Element(q("fill"))
        pattern = _set_pattern(fill, "solid")
        etree.SubElement(pattern, q("fgColor"), {"rgb": f"FF{rgb}"})
        etree.SubElement(pattern, q("bgColor"), {"indexed": "64"})
        return self._add("fills", fill)

    def fill_from(self, xml: str) -> int:
        """A fill as ``fill_of`` told it."""
        return self._add("fills", _from_plain_xml(xml))

    def with_fill(self, look: int, fill: int, applies: str | None = "1") -> int:
        """The same look with another fill; everything else about it stays."""
        key = (look, fill, applies)
        if key not in self._filled:
            xf = deepcopy(self._look(look))
            xf.tail = None
            xf.set("fillId", str(fill))
            if applies:
                xf.set("applyFill", applies)
            else:
                drop_attribute(xf, "applyFill")
            self._filled[key] = self._add("cellXfs", xf)
        return self._filled[key]

    def look(
        self,
        *,
        font: Mapping[str, str],
        fill: str | None = None,
        is_framed: bool = False,
        alignment: Mapping[str, str],
        number_format: int = 0,
    ) -> int:
        """A look of our own; ``font`` maps the font's elements to values, '' for a bare element."""
        fill_id = 0 if fill is None else self.solid(fill)
        border = self._add("borders", _border(is_framed))
        xf = etree.Element(
            q("xf"), _numbers(number_format, self._add("fonts", _font(font)), fill_id)
        )
        xf.set("borderId", str(border))
        for part in ("NumberFormat", "Font", "Fill", "Border", "Alignment"):
            xf.set(f"apply{part}", "1")
        etree.SubElement(xf, q("alignment"), dict(alignment))
        return self._add("cellXfs", xf)

    def _look(self, look: int) -> etree._Element:
        return self._looks[look] if look < len(self._looks) else self._looks[0]

    def _collection(self, name: str) -> etree._Element:
        return ensure_child(self._root, name)

    def _add(self, collection: str, made: etree._Element) -> int:
        """Put an element into its collection unless an equal one is there; its number there."""
        parent = self._collection(collection)
        if collection not in self._known:
            self._known[collection] = {}
            for number, child in enumerate(parent):
                self._known[collection].setdefault(_key(child), number)
        known = self._known[collection]
        key = _key(made)
        if key not in known:
            parent.append(made)
            known[key] = len(parent) - 1
            parent.set("count", str(len(parent)))
        return known[key]


def _style_sheet(package: Package) -> etree._Element:
    part = package.related(package.workbook_part, "styles")
    if part is None:
        # Not any free name: some readers look nowhere else.
        part = posixpath.join(posixpath.dirname(package.workbook_part), "styles.xml")
        if package.has(part):
            raise UnmarkableError("the style sheet is not related to the workbook")
        package.add(part, etree.fromstring(_PLAIN), _CONTENT_TYPE)
        package.relate(package.workbook_part, "styles", part)
    root = package.root(part)
    if root.tag != q("styleSheet"):
        raise UnmarkableError("the style sheet is not transitional SpreadsheetML")
    for name in ("fonts", "fills", "borders", "cellXfs"):
        collection = ensure_child(root, name)
        for child in list(collection):  # a comment between the entries would shift their numbers
            if not isinstance(child.tag, str):
                collection.remove(child)
    return root


def _key(element: etree._Element) -> _Key:
    """What makes two style elements one; absent and false flags stay apart."""
    return (
        str(element.tag),
        tuple(sorted((str(name), str(value)) for name, value in element.attrib.items())),
        (element.text or "").strip(),
        tuple(_key(child) for child in element if isinstance(child.tag, str)),
    )


def _numbers(number_format: int, font: int, fill: int) -> dict[str, str]:
    return {
        "numFmtId": str(number_format),
        "fontId": str(font),
        "fillId": str(fill),
        "borderId": "0",
        "xfId": "0",
    }


def _set_pattern(fill: etree._Element, pattern: str) -> etree._Element:
    return etree.SubElement(fill, q("patternFill"), {"patternType": pattern})


def _font(font: Mapping[str, str]) -> etree._Element:
    made = etree.Element(q("font"))
    for name, value in font.items():
        attribute = "rgb" if name == "color" else "val"
        etree.SubElement(made, q(name), {attribute: value} if value else {})
    return made


def _border(is_framed: bool) -> etree._Element:
    made = etree.Element(q("border"))
    for side in ("left", "right", "top", "bottom"):
        edge = etree.SubElement(made, q(side), {"style": "thin"} if is_framed else {})
        if is_framed:
            etree.SubElement(edge, q("color"), {"rgb": "FFBFBFBF"})
    etree.SubElement(made, q("diagonal"))
    return made


def _plain_xml(fill: etree._Element) -> str:
    """A fill without namespaces, short enough to be remembered in a cell."""
    copied = deepcopy(fill)
    copied.tail = None
    for node in copied.iter():
        if isinstance(node.tag, str):
            node.tag = node.tag.rpartition("}")[2]
    etree.cleanup_namespaces(copied)
    return etree.tostring(copied, encoding="unicode")


def _from_plain_xml(xml: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        read = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        read = etree.fromstring('<fill><patternFill patternType="none"/></fill>')
    for node in read.iter():
        if isinstance(node.tag, str) and "}" not in node.tag:
            node.tag = q(node.tag)
    made = etree.Element(q("fill"))
    made.extend(list(read))
    return made
