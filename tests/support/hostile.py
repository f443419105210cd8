"""What a submitter who means harm writes, and a look at everything that came of it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from openpyxl import load_workbook

# Each is meant to do something where it is shown; none may.
WORDS = (
    '=HYPERLINK("http://evil.example","点我")',
    "+1+cmd|'/c calc'!A0",
    "-2+3+cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "＝1+1",
    "  =1+1",
    "路\t=1+1",
    '路",=1+1,"',
    "路;=1+1",
    "路\n=1+1\nERROR 2099-01-01 伪造的一行",
    "路\x1b[31m\x1b]8;;http://evil.example\x07红",
    "\u202e路倒过来\u2066",
    "[red]路[/red][link=http://evil.example]点[/link]",
    "[/]路 :bug: {project} {{ 1 + 1 }} %s %(x)s",
    "路'); drop table raw.receipts; --",
    '<script>alert(1)</script><at user_id="all">所有人</at>',
    "路_x000D_=1_xD800_",
    "../../../etc/passwd",
    "@所有人 [链接](http://evil.example)",
)
FILE_NAMES = (
    "=1+1.xlsx",
    "-rf.xlsx",
    "路\n伪造的一行.xlsx",
    "\x1b[2J\x1b]0;标题\x07.xlsx",
    "\u202exslx.路.xlsx",
    "..\\..\\..\\startup.xlsx",
    "CON.xlsx",
    "[red]路[/red].xlsx",
    "路'\";--$(id)`id`%s{0}.xlsx",
    "😀" * 60 + ".xlsx",
    "<img src=x>.xlsx",
    " .xlsx",
    "路\u2028路\x85路.xlsx",
)
# Control and format characters that move a cursor, turn the order of reading or end a line.
HARMFUL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
_STARTERS = "=+-@＝＋－＠"
_NUMBER = re.compile(r"-?[\d,]*\.?\d+%?")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def would_calculate(text: str) -> bool:
    """Whether a program that opens a text file in cells may take this for a formula."""
    begun = text.strip("\ufeff\x00").strip()
    is_stroke = not any(unicodedata.category(c)[0] in "LN" for c in begun)
    return begun.startswith(tuple(_STARTERS)) and not _NUMBER.fullmatch(begun) and not is_stroke


def cells_of_csv(data: bytes) -> Iterator[str]:
    """Every cell of a CSV as programs of several habits part it."""
    text = data.decode("utf-8-sig")
    for separator in (",", ";", "\t", "|"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield from row
        for line in re.split(r"[\r\n]", text):
            yield from (cell.strip('"') for cell in line.split(separator))


def live_formulas(workbook: bytes) -> list[str]:
    """The formulas of a workbook's cells, and its texts that begin like one without being quoted."""
    found = []
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                root = etree.fromstring(package.read(name))
                found += [f"{name}: {f.text}" for f in root.iter(f"{_MAIN}f")]
    for sheet in load_workbook(io.BytesIO(workbook)):
        for row in sheet.iter_rows():
            for cell in row:
                is_text = isinstance(cell.value, str) and cell.data_type != "s"
                if is_text and would_calculate(str(cell.value)) and not cell.quotePrefix:
                    found.append(f"{sheet.title}!{cell.coordinate}: {cell.value}")
    return found


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def holding(folder: Path, secrets: list[bytes], *, besides: tuple[str, ...] = ()) -> list[str]:
    """Which files hold one of the secrets, as they are or inside the members of a zip; by path and secret."""
    found = []
    for path in files_below(folder):
        named = path.relative_to(folder).as_posix()
        if named.startswith(besides):
            continue
        contents = [path.read_bytes(), named.encode()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                contents += [package.read(member) for member in package.namelist()]
        found += [f"{named}: {s.decode()}" for s in secrets if any(s in c for c in contents)]
    return found
