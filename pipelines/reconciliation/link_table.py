"""Adding a decision to ``HOME/config/links.csv`` (contract §3): one more row, the rest of the file as it was.

The file is people's: it keeps its byte order mark, its line ends and the order of its columns. Which decisions are
sound is ``deciding``'s.
"""

import csv
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipelines.declarations.links import DECISION_COLUMN, LINK_COLUMNS, Link
from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.text import display_name, escape_formula

_MARK = b"\xef\xbb\xbf"
_MODE = 0o600


def append_link(path: Path, link: Link) -> None:
    """Write the table with one more row beside it and put it in its place at once.

    Raises OperatorError for a code that a spreadsheet would take for a formula.
    """
    path = path.resolve()
    is_there = path.is_file()
    written = with_link(path.read_bytes() if is_there else b"", link)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(path.stat().st_mode & 0o777 if is_there else _MODE)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def with_link(table: bytes, link: Link) -> bytes:
    """The bytes of the table with one more row; a new one is UTF-8 with a byte order mark, as Excel wants it.

    Columns it needs and does not have yet are added at the end of the heading; rows above are then a cell short, which
    is read as blank.
    """
    cells = _cells(link)
    if not table.strip():
        table = _MARK + _line(list(LINK_COLUMNS), "\r\n").encode()
    mark = _MARK if table.startswith(_MARK) else b""
    text = table.removeprefix(_MARK).decode("utf-8")
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    heading, end, rows = text.partition(newline)
    columns = next(csv.reader([heading]))
    added = [name for name, value in cells.items() if value and name not in columns]
    if added:
        heading += "," + ",".join(added)
    body = heading + (end or newline) + rows
    if not body.endswith(newline):
        body += newline
    body += _line([cells.get(name, "") for name in (*columns, *added)], newline)
    return mark + body.encode("utf-8")


def _cells(link: Link) -> Mapping[str, str]:
    for identifier in (link.left_id, link.right_id):
        if escape_formula(identifier) != identifier:
            raise OperatorError(
                f"“{identifier}” would be a formula in a spreadsheet and cannot be written as a code.",
                "Have the return corrected that it comes from.",
            )
    cells = {name: getattr(link, name) or "" for name in LINK_COLUMNS}
    # A confirmed link needs no word: that is what a row has always meant.
    cells[DECISION_COLUMN] = "" if link.decision == "confirmed" else link.decision
    return {name: escape_formula(display_name(value)) for name, value in cells.items()}


def _line(cells: list[str], newline: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=newline).writerow(cells)
    return text.getvalue()
