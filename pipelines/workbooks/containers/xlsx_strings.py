"""Texts of an .xlsx: shared ones and those written into their cell, rich runs joined, readings left out.

Which cell shows which text is the business of ``xlsx_sheet``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import CellBudget
from pipelines.workbooks.containers.xlsx_package import is_true
from pipelines.workbooks.containers.xml_events import parse_xml

# A character written by its number; halves of a pair (D800–DFFF) stay as written.
_ESCAPE = re.compile(r"_x((?![dD][89a-fA-F])[0-9A-Fa-f]{4})_")

# Excel allows 32,767 characters; what is far beyond is no text of a return.
_LONGEST_TEXT = 1 << 20


class Runs(NamedTuple):
    """How the visible runs of a rich text are written: some in the cell's own font, some in one not struck."""

    some_in_cell_font: bool
    some_unstruck: bool


@dataclass
class SharedStrings:
    """The texts by number; ``runs`` only of those that have a font of their own somewhere."""

    texts: list[str] = field(default_factory=list)
    runs: dict[int, Runs] = field(default_factory=dict)


def unescaped(text: str) -> str:
    """Resolve _xHHHH_, as Excel writes what XML cannot hold (ECMA-376-1 §22.9.2.19, ST_Xstring)."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def joined(text: str, piece: str) -> str:
    """A text and its continuation. Raises UnreadableFileError where it grows beyond any text of a cell."""
    if len(text) + len(piece) > _LONGEST_TEXT:
        raise UnreadableFileError(
            f"有一个单元格的文字超过 {_LONGEST_TEXT} 字，不像一张报表。请删去无关内容后重新报送。"
        )
    return text + piece


def is_struck(runs: Runs | None, cell_font_is_struck: bool) -> bool:
    """Whether all that is seen of a text is struck through."""
    if runs is None:
        return cell_font_is_struck
    return not runs.some_unstruck and (cell_font_is_struck or not runs.some_in_cell_font)


def read_shared_strings(pieces: Iterable[bytes], max_texts: int) -> SharedStrings:
    """All shared texts in order. Raises UnreadableFileError for damage and beyond ``max_texts``."""
    shared = SharedStrings()
    item = RichText()
    budget = CellBudget(max_texts)

    def on_end(name: str) -> None:
        if name != "si":
            item.on_end(name)
            return
        budget.spend()
        if item.runs is not None:
            shared.runs[len(shared.texts)] = item.runs
        shared.texts.append(item.text)
        item.clear()

    parse_xml(pieces, item.on_start, on_end, item.on_text)
    return shared


class RichText:
    """Gathers one text from the events of its elements (CT_Rst, ECMA-376-1 §18.4.8).

    White space stays, with xml:space="preserve" or without: not every writer knows that it is asked for.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new text."""
        self.text = ""
        self._piece = ""
        self._is_in_text = self._is_reading = False
        self._has_font = self._is_run_struck = False
        self._seen_in_font = self._seen_in_cell_font = self._seen_unstruck = False

    @property
    def runs(self) -> Runs | None:
        """How the text is written; None where all of it is in the font of its cell."""
        return Runs(self._seen_in_cell_font, self._seen_unstruck) if self._seen_in_font else None

    def on_start(self, name: str, given: dict[str, str]) -> None:
        """One of: t, r (run), rPr (its font), strike, rPh (how to read it aloud)."""
        if name == "t":
            self._piece = ""
            self._is_in_text = not self._is_reading
        elif name == "r":
            self._has_font = self._is_run_struck = False
        elif name == "rPr":
            self._has_font = True
        elif name == "strike":
            self._is_run_struck = is_true(given.get("val", "1"))
        elif name == "rPh":
            self._is_reading = True

    def on_text(self, piece: str) -> None:
        """Part of the text, if inside of t."""
        if self._is_in_text:
            self._piece = joined(self._piece, piece) if self._piece else piece

    def on_end(self, name: str) -> None:
        """The end of any element inside of the text."""
        if name == "t" and self._is_in_text:
            self._is_in_text = False
            piece = unescaped(self._piece)
            self.text = joined(self.text, piece) if self.text else piece
            self._note_look(self._piece)
        elif name == "r":
            self._has_font = False
        elif name == "rPh":
            self._is_reading = False

    def _note_look(self, shown: str) -> None:
        if not shown or shown.isspace():
            return
        if self._has_font:
            self._seen_in_font = True
            self._seen_unstruck = self._seen_unstruck or not self._is_run_struck
        else:
            self._seen_in_cell_font = True
