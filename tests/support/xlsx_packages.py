"""Small .xlsx packages written part by part, to say what no writer of workbooks would say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

WORKBOOK, WORKBOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"


def sheet_part(number: int) -> str:
    """The usual name of a sheet's part, from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def relations(*targets: tuple[str, str, str]) -> str:
    """A relationships part of (Id, last word of the type, target)."""
    listed = "".join(
        f"<Relationship Id={quoteattr(identity)} Type='{OFFICE}/{kind}' Target={quoteattr(target)}/>"
        for identity, kind, target in targets
    )
    return f"<Relationships xmlns='{_PACKAGE}'>{listed}</Relationships>"


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A worksheet part around its rows."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><worksheet xmlns='{MAIN}' xmlns:r='{OFFICE}'>"
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def package(
    *sheets: str | None,
    strings: str | None = None,
    styles: str | None = None,
    workbook: str | None = None,
    parts: Mapping[str, str | bytes | None] | None = None,
) -> bytes:
    """A package of worksheet parts named Sheet1, Sheet2 …

    A sheet that is None is listed and not there; ``strings`` and ``styles`` are what stands inside of those
    parts; ``parts`` adds or replaces parts, None takes one away.
    """
    listed = [
        (f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)
    ]
    entries = "".join(
        f"<sheet name='Sheet{n}' sheetId='{n}' r:id='rId{n}'/>" for n in range(1, len(sheets) + 1)
    )
    written: dict[str, str | bytes | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        WORKBOOK: workbook
        or f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{entries}</sheets></workbook>",
        **{sheet_part(n): part for n, part in enumerate(sheets, 1)},
    }
    if strings is not None:
        listed.append(("rIdT", "sharedStrings", "sharedStrings.xml"))
        written[STRINGS] = f"<sst xmlns='{MAIN}'>{strings}</sst>"
    if styles is not None:
        listed.append(("rIdF", "styles", "styles.xml"))
        written[STYLES] = f"<styleSheet xmlns='{MAIN}'>{styles}</styleSheet>"
    written[WORKBOOK_RELATIONS] = relations(*listed)
    return zipped(written | dict(parts or {}))


def zipped(parts: Mapping[str, str | bytes | None]) -> bytes:
    """A zip file of these parts, those that are None left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()
