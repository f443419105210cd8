"""Which rows of a sheet a filter governs: filters that have criteria, of the sheet and of its tables.

Which of those rows are hidden, the sheet says itself (ECMA-376-1 §18.3.2).
"""

from collections.abc import Iterable

from pipelines.workbooks.cells import Position
from pipelines.workbooks.containers.xlsx_cells import range_of
from pipelines.workbooks.containers.xlsx_package import relations_of
from pipelines.workbooks.containers.xml_events import parse_xml
from pipelines.workbooks.containers.zip_parts import ZipParts

_CRITERIA = frozenset(
    {"filters", "customFilters", "top10", "dynamicFilter", "colorFilter", "iconFilter"}
)


class ActiveFilters:
    """Gathers from the events of a part the first and last row (from 0) below each active filter's heading."""

    def __init__(self) -> None:
        self.rows: list[Position] = []
        self._reference = ""
        self._is_in_column = self._is_in_other_view = False

    def on_start(self, name: str, given: dict[str, str]) -> None:
        """Any element; views that somebody has put aside keep filters of their own, which hide nothing now."""
        if name == "customSheetViews":
            self._is_in_other_view = True
        elif name == "autoFilter":
            self._reference = "" if self._is_in_other_view else given.get("ref", "")
        elif name == "filterColumn":
            self._is_in_column = True
        elif name in _CRITERIA and self._is_in_column and self._reference:
            self._note_active()

    def on_end(self, name: str) -> None:
        """Any element's end."""
        if name == "customSheetViews":
            self._is_in_other_view = False
        elif name == "filterColumn":
            self._is_in_column = False
        elif name == "autoFilter":
            self._reference = ""

    def _note_active(self) -> None:
        governed = range_of(self._reference)
        if governed is not None:
            self.rows.append((governed[0] + 1, governed[2]))
        self._reference = ""


def table_filters(parts: ZipParts, sheet: str, tables: Iterable[str]) -> list[Position]:
    """The rows below active filters of a sheet's tables, which it names by relationship; one not there is none."""
    relations = relations_of(parts, sheet)
    filters = ActiveFilters()
    for table in tables:
        relation = relations.get(table)
        if relation is not None and relation.part is not None:
            parse_xml(parts.stream(relation.part), filters.on_start, filters.on_end)
    return filters.rows
