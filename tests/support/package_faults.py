"""What would make Excel offer to repair a workbook: order, numbering, loose ends (ECMA-376)."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from lxml import etree
from marked import parts_of

from pipelines.feedback.marking.ooxml import MAIN, OFFICE, parse_address

_WORKSHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip


def faults_of(data: bytes) -> list[str]:
    """What would make Excel offer to repair the workbook; [] when nothing would."""
    parts = parts_of(data)
    roots = {
        n: etree.fromstring(c) for n, c in parts.items() if n.endswith((".xml", ".rels", ".vml"))
    }
    return [
        *_faults_of_types(roots, list(parts)),
        *(
            f
            for n, r in roots.items()
            if n.endswith(".rels")
            for f in _faults_of_relations(n, r, parts)
        ),
        *(
            f
            for n, r in roots.items()
            if "worksheets/sheet" in n and n.endswith(".xml")
            for f in _faults_of_sheet(n, r)
        ),
        *_faults_of_book(roots["xl/workbook.xml"]),
        *(f for n, r in roots.items() if n.startswith("xl/styles") for f in _faults_of_styles(r)),
        *_faults_of_boxes({n: c for n, c in parts.items() if n.endswith(".vml")}),
    ]


def _twice(values: Sequence[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def _faults_of_types(roots: Mapping[str, etree._Element], names: Sequence[str]) -> list[str]:
    types = roots["[Content_Types].xml"]
    overrides = [e.get("PartName") for e in types if e.get("PartName")]
    endings = {e.get("Extension") for e in types if e.get("Extension")}
    untyped = [n for n in names if f"/{n}" not in overrides and n.rpartition(".")[2] not in endings]
    gone = [o for o in overrides if o and o[1:] not in names]
    return [
        *(f"two types for {name}" for name in _twice(overrides)),
        *(f"no type for {name}" for name in untyped if name != "[Content_Types].xml"),
        *(f"a type for the missing {name}" for name in gone),
    ]


def _faults_of_relations(name: str, root: etree._Element, parts: Mapping[str, bytes]) -> list[str]:
    folder = posixpath.dirname(name).removesuffix("_rels")
    targets = [
        posixpath.normpath(posixpath.join("/" + folder, e.get("Target") or "")) for e in root
    ]
    return [
        *(f"{name}: two relations {i}" for i in _twice([e.get("Id") for e in root])),
        *(f"{name}: {t} is missing" for t in targets if t.lstrip("/") not in parts),
    ]


def _faults_of_sheet(name: str, root: etree._Element) -> list[str]:
    children = [str(e.tag).rpartition("}")[2] for e in root]
    order = [_WORKSHEET_ORDER.index(child) for child in children]
    named = (parse_address(c.get("r")) for c in root.iter(f"{{{MAIN}}}c"))
    cells = [address for address in named if address]
    rows = [int(r.get("r") or 0) for r in root.iter(f"{{{MAIN}}}row")]
    once = [child for child in children if child != "conditionalFormatting"]
    return [
        *([f"{name}: order {children}"] if order != sorted(order) else []),
        *(f"{name}: two {child}" for child in _twice(once)),
        *([f"{name}: rows out of order"] if rows != sorted(set(rows)) else []),
        *([f"{name}: cells out of order"] if cells != sorted(set(cells)) else []),
        *(f"{name}: count of {e.tag}" for e in root if e.get("count") not in (None, str(len(e)))),
    ]


def _faults_of_book(root: etree._Element) -> list[str]:
    sheets = root.findall(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    names = [(n.get("name"), n.get("localSheetId")) for n in root.iter(f"{{{MAIN}}}definedName")]
    return [
        *(f"two names {name}" for name in _twice(names)),
        *(f"a name of no sheet: {n}" for n, place in names if place and int(place) >= len(sheets)),
        *(
            f"two sheets of {attribute} {value}"
            for attribute in ("name", "sheetId", f"{{{OFFICE}}}id")
            for value in _twice([sheet.get(attribute) for sheet in sheets])
        ),
    ]


def _faults_of_styles(root: etree._Element) -> list[str]:
    counts = {str(e.tag).rpartition("}")[2]: len(e) for e in root}
    looks = root.find(f"{{{MAIN}}}cellXfs")
    assert looks is not None
    pairs = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))
    return [
        *(f"count of {e.tag}" for e in root if e.get("count") not in (None, str(len(e)))),
        *(
            f"no {what} {xf.get(a)}"
            for xf in looks
            for a, what in pairs
            if int(xf.get(a) or 0) >= counts[what]
        ),
    ]


def _faults_of_boxes(drawings: Mapping[str, bytes]) -> list[str]:
    ids = [i for c in drawings.values() for i in re.findall(rb'id="(_x0000_s\d+)"', c)]
    blocks = [
        number
        for content in drawings.values()
        for listed in re.findall(rb'idmap[^>]*data="([^"]*)"', content)
        for number in listed.split(b",")
    ]
    return [f"two boxes {i!r}" for i in _twice(ids)] + [f"two blocks {b!r}" for b in _twice(blocks)]
