"""The styles of an OpenDocument table, as far as they hide or strike something (ODF 1.3 part 3 §16).

Which cell has which style is the business of ``ods_body``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_CELL, _ROW, _TABLE = "table-cell", "table-row", "table"
_TEXT = ("text", "paragraph")
_LINES = ("text-line-through-style", "text-line-through-type")


@dataclass
class _Style:
    parent: tuple[str, str] | None
    is_struck: bool | None = None
    is_hidden: bool = False


class Styles:
    """Fed with the elements of the styles in the order of the file, then asked by name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Style] = {}
        self._open: _Style | None = None
        self.strikes = False

    def start(self, name: str, given: Mapping[str, str]) -> None:
        """An element of the styles begins; names are local."""
        if name == "style":
            family, parent = given.get("family", ""), given.get("parent-style-name")
            self._open = _Style((family, parent) if parent else None)
            self._known[family, given.get("name", "")] = self._open
        elif self._open is None:
            return
        elif name == "text-properties":
            lines = [given[line] for line in _LINES if line in given]
            if lines:
                self._open.is_struck = all(line != "none" for line in lines)
                self.strikes = self.strikes or self._open.is_struck
        elif name == "table-properties":
            self._open.is_hidden = given.get("display") == "false"
        elif name == "table-row-properties":
            self._open.is_hidden = _is_zero(given.get("row-height", ""))

    def end(self, name: str) -> None:
        """An element of the styles ends."""
        if name == "style":
            self._open = None

    def hides_table(self, name: str) -> bool:
        style = self._known.get((_TABLE, name))
        return style is not None and style.is_hidden

    def hides_row(self, name: str) -> bool:
        style = self._known.get((_ROW, name))
        return style is not None and style.is_hidden

    def strikes_cell(self, name: str) -> bool:
        return bool(self._struck((_CELL, name)))

    def strikes_text(self, name: str) -> bool | None:
        """Whether a run or paragraph is struck; None where its style leaves that to what is around it."""
        for family in _TEXT:
            if (family, name) in self._known:
                return self._struck((family, name))
        return None

    def _struck(self, key: tuple[str, str] | None) -> bool | None:
        seen: set[tuple[str, str]] = set()
        while key is not None and key not in seen and (style := self._known.get(key)) is not None:
            if style.is_struck is not None:
                return style.is_struck
            seen.add(key)
            key = style.parent
        return None


def _is_zero(length: str) -> bool:
    try:
        return float(length.rstrip("abcdefghijklmnopqrstuvwxyz%")) == 0
    except ValueError:
        return False
