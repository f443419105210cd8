"""The second count of a SpreadsheetML 2003 document: its cells found by a pattern, not by a parser.

Knows which cells hold something, not where they stand.
"""

import re
from html import unescape

from pipelines.workbooks.containers.book import Count, ReadingLimits
from pipelines.workbooks.containers.spreadsheetml import workbook_text
from pipelines.workbooks.containers.spreadsheetml_sheet import XML_SPACES

_ATTRIBUTES = r"""(?:[^>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+"""
_PREFIX = r"(?:[\w.-]+:)?"
# Comments, CDATA and instructions first: what stands in them is no element.
_TOKEN = re.compile(
    rf"<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?.*?\?>"
    rf"|<(?P<slash>/?){_PREFIX}(?P<name>[\w.-]+)(?P<attributes>{_ATTRIBUTES})(?P<empty>/?)>",
    re.DOTALL,
)
_FORMULA = re.compile(r"(?:^|[\s:])Formula\s*=")
_TYPE = re.compile(r"(?:^|[\s:])Type\s*=\s*[\"'](\w+)")


def count_spreadsheetml(data: bytes, _limits: ReadingLimits) -> Count:
    """Cells with data, and cells with a formula that nobody calculated."""
    scan = _Scan()
    last, text = 0, workbook_text(data)
    for found in _TOKEN.finditer(text):
        if scan.is_in_data:
            scan.add(unescape(text[last : found.start()]))
        last = found.end()
        if found["name"]:
            scan.read_tag(found["name"], found["slash"], found["attributes"], found["empty"])
        elif found["cdata"] and scan.is_in_data:
            scan.add(found["cdata"])
    return dict(enumerate(scan.sheets))


class _Scan:
    """Counts the cells of each sheet while tags are met in order."""

    def __init__(self) -> None:
        self.sheets: list[int] = []
        self.is_in_data = False
        self._is_in_cell = self._has_formula = self._has_text = False
        self._kind = ""
        self._notes = 0

    def add(self, text: str) -> None:
        self._has_text |= bool(text if self._kind == "String" else text.strip(XML_SPACES))

    def read_tag(self, name: str, slash: str, attributes: str, empty: str) -> None:
        if name == "Data":
            self._read_data(slash, attributes, empty)
        elif name == "Cell" and not self.is_in_data:
            if not slash:
                self._is_in_cell, self._has_text, self._kind = True, False, ""
                self._has_formula = _FORMULA.search(attributes) is not None
            if (slash or empty) and self._is_in_cell:
                self._end_cell()
        elif name == "Comment" and not empty:
            self._notes += -1 if slash else 1
        elif name == "Worksheet" and not slash:
            self.sheets.append(0)

    def _read_data(self, slash: str, attributes: str, empty: str) -> None:
        """The data of a cell; those of its note are another's."""
        if self._notes or not self._is_in_cell:
            return
        self.is_in_data = not slash and not empty
        if not slash:
            found = _TYPE.search(attributes)
            self._kind = found.group(1) if found else "String"

    def _end_cell(self) -> None:
        self._is_in_cell = False
        uncalculated = self._has_formula and self._kind != "String"
        if self.sheets and (self._has_text or uncalculated):
            self.sheets[-1] += 1
