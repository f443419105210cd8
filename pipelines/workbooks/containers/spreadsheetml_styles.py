"""The styles of a SpreadsheetML 2003 workbook: struck through, and shown as a date or a time.

What a style looks like otherwise is not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.workbooks.containers.number_formats import TemporalKind, is_temporal

# Formats with a name instead of a code (Office 2003 XML Reference Schemas, NumberFormat).
_NAMED: Mapping[str, TemporalKind | None] = {
    "General": None, "General Number": None, "Currency": None, "Euro Currency": None, "Fixed": None,
    "Standard": None, "Percent": None, "Scientific": None, "Yes/No": None, "True/False": None,
    "On/Off": None, "General Date": "date", "Long Date": "date", "Medium Date": "date",
    "Short Date": "date", "Long Time": "date", "Medium Time": "date", "Short Time": "date",
}  # fmt: skip
# A style of a style of a style …: deeper ones name each other in a circle.
_DEEPEST = 20


@dataclass
class _Style:
    parent: str | None
    is_struck: bool | None = None
    format_code: str | None = None


class Styles:
    """Styles by their names; what one does not say itself is its parent's word."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._open = _Style(None)

    def begin(self, attributes: Mapping[str, str]) -> None:
        self._open = _Style(attributes.get("Parent"))
        self._styles[attributes.get("ID", "")] = self._open

    def note_font(self, attributes: Mapping[str, str]) -> None:
        if "StrikeThrough" in attributes:
            self._open.is_struck = attributes["StrikeThrough"].strip() in ("1", "true", "True")

    def note_format(self, attributes: Mapping[str, str]) -> None:
        self._open.format_code = attributes.get("Format")

    def is_struck(self, name: str) -> bool:
        return any(style.is_struck for style in self._first_with(name, "is_struck"))

    def temporal_kind(self, name: str) -> TemporalKind | None:
        """What numbers of a style are shown as."""
        for style in self._first_with(name, "format_code"):
            code = style.format_code or ""
            return _NAMED[code] if code in _NAMED else is_temporal(code)
        return None

    def _first_with(self, name: str | None, said: str) -> list[_Style]:
        """The nearest style, if any, that says something of the kind."""
        for _ in range(_DEEPEST):
            if name is None or (style := self._styles.get(name)) is None:
                break
            if getattr(style, said) is not None:
                return [style]
            name = style.parent
        return []
