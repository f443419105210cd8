"""Words of SpreadsheetML (ECMA-376, transitional) and the order its readers insist on.

Only names, element order and text that is safe to write; what is done with them lives elsewhere.
"""

import re

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

# By which prefixes the elements and attributes we add go, where their part has not named one: some programs
# look for no others.
etree.register_namespace("s", MAIN)
etree.register_namespace("r", OFFICE)

Address = tuple[int, int]

# Children of a worksheet in the order of CT_Worksheet; elsewhere Excel offers to "repair" the file.
_WORKSHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_WORKBOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
    "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
_STYLES_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_ORDERS = {"worksheet": _WORKSHEET_ORDER, "workbook": _WORKBOOK_ORDER, "styleSheet": _STYLES_ORDER}

_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Excel reads _x000D_ in any text as a character; an underscore of its own is written _x005F_.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
LONGEST_TEXT = 32_000  # a cell takes 32,767 characters


def q(name: str) -> str:
    """The qualified tag of a SpreadsheetML element."""
    return f"{{{MAIN}}}{name}"


def local(element: etree._Element) -> str:
    """The tag without its namespace; '' for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def ensure_child(parent: etree._Element, name: str) -> etree._Element:
    """The child of that name of a worksheet, workbook or style sheet; put where it belongs."""
    found = parent.find(q(name))
    if found is not None:
        return found
    order = _ORDERS[local(parent)]
    before = set(order[: order.index(name)])
    position = 0
    for number, child in enumerate(parent, 1):
        if local(child) in before:
            position = number
    made = etree.Element(q(name))
    parent.insert(position, made)
    return made


def is_true(value: str | None) -> bool:
    """The boolean of an attribute."""
    return value in ("1", "true")


def written(text: str) -> str:
    """Text as it may stand in XML: without illegal characters, one kind of line break, not too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LOOKS_ESCAPED.sub("_x005F_", _ILLEGAL.sub("", lines))[:LONGEST_TEXT]


def parse_address(text: str | None) -> Address | None:
    """The 0-based row and column of a cell name, of the first cell of a range; None if it is none."""
    found = _ADDRESS.match((text or "").strip())
    if found is None:
        return None
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - 64
    row = int(found.group(2))
    if not (1 <= row <= _LAST_ROW and column <= _LAST_COLUMN):
        return None
    return row - 1, column - 1


def parse_range(text: str | None) -> tuple[int, int, int, int] | None:
    """The 0-based corners (top, left, bottom, right) of a range such as ``A1:C3``."""
    first, _, last = (text or "").partition(":")
    start, end = parse_address(first), parse_address(last or first)
    return None if start is None or end is None else (*start, *end)


def quoted_sheet(name: str) -> str:
    """A sheet name as it stands in a reference."""
    return "'" + name.replace("'", "''") + "'"


def new_root(name: str) -> etree._Element:
    """The root of a new part, with the usual prefixes."""
    return etree.fromstring(f'<{name} xmlns="{MAIN}" xmlns:r="{OFFICE}"/>')


def drop_attribute(element: etree._Element, name: str) -> None:
    """Take an attribute away where it is said."""
    if name in element.attrib:
        del element.attrib[name]
