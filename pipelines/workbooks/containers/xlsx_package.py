"""The table of contents of an .xlsx: its sheets in order and the parts that serve them (ECMA-376-2, OPC).

Knows relationships and the workbook part; what a sheet, a style or a text is, its own module knows.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.xml_events import parse_xml
from pipelines.workbooks.containers.zip_parts import ZipParts

# Sheets that hold a chart, a dialogue or old macros: their cells, if any, are no return.
OTHER_SHEETS = frozenset({"chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"})
_TRUE = frozenset({"1", "true", "on"})


@dataclass(frozen=True)
class Relation:
    """Where a relationship leads: ``kind`` is the last word of its type; ``part`` None where it is not there."""

    kind: str
    part: str | None


@dataclass(frozen=True)
class SheetEntry:
    """One worksheet: its name, whether it is shown, its part."""

    name: str
    is_hidden: bool
    part: str


@dataclass
class Contents:
    """The worksheets in order, the parts of shared texts and formats (None: there are none), and the calendar."""

    sheets: list[SheetEntry] = field(default_factory=list)
    strings: str | None = None
    styles: str | None = None
    is_1904: bool = False


def contents_of(parts: ZipParts) -> Contents:
    """The contents of a package.

    Raises UnreadableFileError where there is no workbook, and for a sheet whose part is missing: what it
    held nobody can tell any more.
    """
    workbook = _workbook_part(parts)
    relations = relations_of(parts, workbook)
    contents = Contents(
        strings=_serving(parts, workbook, relations, "sharedStrings"),
        styles=_serving(parts, workbook, relations, "styles"),
    )

    def on_start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            entry = _sheet_entry(given, relations)
            if entry is not None:
                contents.sheets.append(entry)
        elif name == "workbookPr" and is_true(given.get("date1904")):
            contents.is_1904 = True

    parse_xml(parts.stream(workbook), on_start, _ignore)
    return contents


def relations_of(parts: ZipParts, part: str) -> dict[str, Relation]:
    """The relationships of a part by their Id; those that lead out of the file lead nowhere."""
    folder, base = posixpath.split(part)
    relations: dict[str, Relation] = {}

    def on_start(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            is_outside = given.get("TargetMode", "").lower() == "external"
            target = None if is_outside else _located(parts, folder, given.get("Target", ""))
            kind = given.get("Type", "").rpartition("/")[2]
            relations[given.get("Id", "")] = Relation(kind, target)

    listed = parts.find(posixpath.join(folder, "_rels", f"{base}.rels"))
    if listed is not None:
        parse_xml(parts.stream(listed), on_start, _ignore)
    return relations


def is_true(flag: str | None) -> bool:
    """Whether a flag of an attribute is set (ECMA-376-1 §22.9.2.1 and what older writers put)."""
    return flag is not None and flag.lower() in _TRUE


def number_in(text: str) -> int:
    """The ordinal number an attribute gives; -1 where it gives none."""
    text = text.strip()
    return int(text) if len(text) < 10 and text.isdecimal() else -1


def _workbook_part(parts: ZipParts) -> str:
    roots = relations_of(parts, "").values()
    named = (relation.part for relation in roots if relation.kind == "officeDocument")
    part = next((part for part in named if part), None) or parts.find("xl/workbook.xml")
    if part is None:
        raise UnreadableFileError(DAMAGED)
    return part


def _sheet_entry(given: dict[str, str], relations: Mapping[str, Relation]) -> SheetEntry | None:
    identity, name = given.get("id"), given.get("name", "")
    if identity == "":  # so Excel lists the modules of old macros, which have no part
        return None
    relation = relations.get(identity or "")
    if relation is not None and relation.kind in OTHER_SHEETS:
        return None
    if relation is None or relation.part is None:
        raise UnreadableFileError(
            f"工作表“{name}”的内容在文件里找不到，文件已损坏。"
            "请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 后重新报送。"
        )
    return SheetEntry(name, given.get("state", "visible") != "visible", relation.part)


def _serving(
    parts: ZipParts, workbook: str, relations: Mapping[str, Relation], kind: str
) -> str | None:
    """The part of this kind: the one the workbook names, else the one of the usual name."""
    named = [relation.part for relation in relations.values() if relation.kind == kind]
    usual = parts.find(posixpath.join(posixpath.dirname(workbook), f"{kind}.xml"))
    return next((part for part in named if part), usual)


def _located(parts: ZipParts, folder: str, target: str) -> str | None:
    """The part a target means: from its folder, or, as some writers put it, from the root."""
    path = target.replace("\\", "/")
    beside = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
    return parts.find(beside) or parts.find(posixpath.normpath(path).lstrip("/"))


def _ignore(_name: str) -> None:
    """The end of an element that nobody waits for."""
