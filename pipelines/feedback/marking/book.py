"""The list of sheets of a workbook: reading it, adding a sheet, taking one away.

Positions count here: names of a single sheet refer to it by its place in the list, so every change of
the list shifts them. What stands on a sheet is not looked at, only whether it is the one selected.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from pipelines.feedback.marking.ooxml import (
    OFFICE,
    WORKSHEET_TYPE,
    drop_attribute,
    ensure_child,
    q,
)
from pipelines.feedback.marking.package import Package, UnmarkableError

_RELATION_ID = f"{{{OFFICE}}}id"
_SELECTED = re.compile(rb"""(\stabSelected\s*=\s*)(?:"(?:1|true)"|'(?:1|true)')""")


@dataclass(frozen=True)
class BookSheet:
    """One entry of the list of sheets; ``part`` is where its cells are."""

    name: str
    part: str
    is_visible: bool


class Book:
    """The workbook part of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._root = package.root(package.workbook_part)
        listed = self._root.find(q("sheets"))
        if listed is None or not len(listed):
            raise UnmarkableError("the workbook lists no sheet")
        self._list = listed

    def sheets(self) -> list[BookSheet]:
        """The sheets in order. Raises UnmarkableError where one has no part: positions count all."""
        parts = {
            r.relation_id: r.target
            for r in self.package.relations(self.package.workbook_part)
            if r.target and self.package.has(r.target)
        }
        found = []
        for entry in self._entries():
            name, part = entry.get("name") or "", parts.get(entry.get(_RELATION_ID) or "")
            if part is None:
                raise UnmarkableError(f"the sheet {name} is missing in the package")
            found.append(BookSheet(name, part, (entry.get("state") or "visible") == "visible"))
        return found

    def worksheet_parts(self) -> dict[str, str]:
        """Name → part of every sheet that has cells; charts and dialogues have none."""
        kinds = {
            r.target: r.kind for r in self.package.relations(self.package.workbook_part) if r.target
        }
        return {s.name: s.part for s in self.sheets() if kinds.get(s.part) == "worksheet"}

    def has_sheet(self, name: str) -> bool:
        """Whether the name is taken; Excel does not tell upper from lower case."""
        return any((e.get("name") or "").casefold() == name.casefold() for e in self._entries())

    def add_sheet(
        self,
        name: str,
        root: etree._Element | bytes,
        *,
        is_first: bool = False,
        state: str = "visible",
    ) -> str:
        """Add a worksheet at the end, or as the first, and return its part."""
        if self.has_sheet(name):
            raise UnmarkableError(f"the submitter has a sheet of their own named {name}")
        part = self.package.free_name("worksheets/sheet", ".xml")
        self.package.add(part, root, WORKSHEET_TYPE)
        relation_id = self.package.relate(self.package.workbook_part, "worksheet", part)
        numbers = [int(e.get("sheetId") or 0) for e in self._entries()]
        entry = etree.Element(
            q("sheet"), {"name": name, "sheetId": str(max(numbers) + 1)}, nsmap={"r": OFFICE}
        )
        if state != "visible":
            entry.set("state", state)
        entry.set(_RELATION_ID, relation_id)
        self._list.insert(0 if is_first else len(self._list), entry)
        if is_first:
            self._shift_names(lambda position: position + 1)
        return part

    def remove_sheet(self, name: str) -> None:
        """Take a worksheet away, with its names and everything only it refers to."""
        entries = self._entries()
        number = next(n for n, e in enumerate(entries) if e.get("name") == name)
        part = self.sheets()[number].part
        self._list.remove(entries[number])
        self.package.unrelate(self.package.workbook_part, part)
        self.package.remove(part)
        self._shift_names(
            lambda position: None if position == number else position - (position > number)
        )
        chain = self.package.related(self.package.workbook_part, "calcChain")
        if chain:  # it may name cells of the sheet; every program builds it anew
            self.package.unrelate(self.package.workbook_part, chain)
            self.package.remove(chain)

    def hide(self, name: str) -> None:
        """Hide a sheet so that only a program shows it again."""
        for entry in self._entries():
            if entry.get("name") == name:
                entry.set("state", "veryHidden")

    def add_name(
        self, name: str, position: int, reference: str, *, is_hidden: bool = False
    ) -> None:
        """Add a name that belongs to the sheet at this position."""
        names = ensure_child(self._root, "definedNames")
        attributes = {"name": name, "localSheetId": str(position)}
        made = etree.SubElement(
            names, q("definedName"), attributes | ({"hidden": "1"} if is_hidden else {})
        )
        made.text = reference

    def open_at(self, position: int) -> None:
        """Let the workbook open at this sheet, and at no other beside it."""
        views = ensure_child(self._root, "bookViews")
        if views.find(q("workbookView")) is None:
            etree.SubElement(views, q("workbookView"))
        for view in views.findall(q("workbookView")):
            view.set("activeTab", str(position))
            view.set("firstSheet", str(position))
        for number, sheet in enumerate(self.sheets()):
            if number != position:
                self._deselect(sheet.part)

    def first_visible(self) -> int:
        """The position of the first sheet a reader sees."""
        return next((n for n, s in enumerate(self.sheets()) if s.is_visible), 0)

    def _deselect(self, part: str) -> None:
        """Two selected sheets are one group: what is typed into one goes into the other."""
        if self.package.is_parsed(part):
            for view in self.package.root(part).iterfind(f"{q('sheetViews')}/{q('sheetView')}"):
                drop_attribute(view, "tabSelected")
            return
        content = self.package.raw(part)
        end = content.find(b"sheetData")
        head = content[: end if end >= 0 else len(content)]
        if _SELECTED.search(head):
            self.package.set_raw(part, _SELECTED.sub(rb'\1"0"', head) + content[len(head) :])
        elif content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: only the parser reads it
            self.package.root(part)
            self._deselect(part)

    def _entries(self) -> list[etree._Element]:
        return self._list.findall(q("sheet"))

    def _shift_names(self, shifted: Callable[[int], int | None]) -> None:
        names = self._root.find(q("definedNames"))
        if names is None:
            return
        for name in list(names):
            position = name.get("localSheetId") if isinstance(name.tag, str) else None
            if position is None:
                continue
            moved = shifted(int(position))
            if moved is None:
                names.remove(name)
            else:
                name.set("localSheetId", str(moved))
        if not len(names):
            self._root.remove(names)
