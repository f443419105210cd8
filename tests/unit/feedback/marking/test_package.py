"""What cannot be edited in place says so; everything else about a package is kept."""

import io
import zipfile

import pytest
from marked import SHEET, a_finding, a_plan, a_return, opened, parts_of, with_parts
from package_faults import faults_of

from pipelines.feedback.marking.marked_workbook import (
    UnmarkableError,
    is_markable_container,
    mark_workbook,
)

PLAN = a_plan(a_finding("C5"))
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'


def changed(part, old, new):
    content = parts_of(a_return())[part]
    assert old in content
    return with_parts(a_return(), {part: content.replace(old, new)})


def without(part):
    return with_parts(a_return(), {part: None})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cannot be unpacked"),
        (b"PK\x03\x04 cut off", "cannot be unpacked"),
        (changed("xl/workbook.xml", TRANSITIONAL, STRICT), "not transitional"),
        (without("[Content_Types].xml"), "no content types"),
        (without("xl/workbook.xml"), "no workbook"),
        (without("xl/worksheets/sheet3.xml"), "底稿 is missing"),
        (with_parts(a_return(), {"_xmlsignatures/origin.sigs": b""}), "signed or shared"),
        (with_parts(a_return(), {"xl/revisions/revisionHeaders.xml": b""}), "signed or shared"),
        (with_parts(a_return(), {"xl/worksheets/sheet1.xml": b"<worksheet"}), "not well-formed"),
        (with_parts(a_return(), {"xl/worksheets/sheet1.xml": BOMB}), "document type"),
        (changed("xl/worksheets/sheet1.xml", b'r="6"', b'r="six"'), "does not keep to its format"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_cannot_be_edited_says_why(data, why):
    with pytest.raises(UnmarkableError, match=why):
        mark_workbook(data, PLAN)


def test_two_parts_of_one_name_are_not_edited():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts_of(a_return()).items():
            archive.writestr(name, content)
        archive.writestr("XL/Workbook.xml", b"<other/>")
    with pytest.raises(UnmarkableError, match="two parts of one name"):
        mark_workbook(buffer.getvalue(), PLAN)


def test_prefixes_that_attributes_name_are_kept():
    """A lost declaration of a prefix in mc:Ignorable makes Excel refuse the whole file."""
    sheet = parts_of(a_return())["xl/worksheets/sheet1.xml"]
    head = (
        b'<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        b' xmlns:x14ac="urn:later" mc:Ignorable="x14ac" '
    )
    sheet = sheet.replace(b"<worksheet ", head, 1).replace(b"<row ", b'<row x14ac:dyDescent="0.2" ')
    marked = mark_workbook(with_parts(a_return(), {"xl/worksheets/sheet1.xml": sheet}), PLAN)
    written = parts_of(marked)["xl/worksheets/sheet1.xml"]
    assert b'xmlns:x14ac="urn:later"' in written
    assert b'mc:Ignorable="x14ac"' in written
    assert written.count(b"x14ac:dyDescent") == sheet.count(b"x14ac:dyDescent")


def test_a_workbook_written_with_prefixes_everywhere_is_marked():
    """Some programs write <x:worksheet>; what we add has to speak the same language."""
    sheet = parts_of(a_return())["xl/worksheets/sheet3.xml"].decode()
    prefixed = sheet.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</", "</x:")
    for name in ("sheetPr", "outlinePr", "pageSetUpPr", "dimension", "sheetViews", "sheetView", "selection",
                 "sheetFormatPr", "sheetData", "pageMargins"):  # fmt: skip
        prefixed = prefixed.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        prefixed = prefixed.replace(f"<{name}/", f"<x:{name}/")
    prefixed = prefixed.replace("</x:x:", "</x:")
    original = with_parts(a_return(), {"xl/worksheets/sheet3.xml": prefixed.encode()})
    marked = mark_workbook(original, a_plan(a_finding("C5", sheet="底稿")))
    assert faults_of(marked) == []
    assert opened(marked)["底稿"]["C5"].fill.fill_type == "solid"


def test_a_workbook_without_a_style_sheet_gets_one():
    parts = parts_of(a_return())
    types = parts["[Content_Types].xml"]
    start = types.index(b'<Override PartName="/xl/styles.xml"')
    rels = parts["xl/_rels/workbook.xml.rels"]
    first = rels.rindex(b"<Relationship ", 0, rels.index(b"styles.xml"))
    plain = {
        "xl/styles.xml": None,
        "[Content_Types].xml": types[:start] + types[types.index(b">", start) + 1 :],
        "xl/_rels/workbook.xml.rels": rels[:first] + rels[rels.index(b">", first) + 1 :],
        "xl/worksheets/sheet1.xml": (
            b'<worksheet xmlns="'
            + TRANSITIONAL
            + b'"><sheetData><row r="5"><c r="C5"><v>7</v></c></row>'
            b"</sheetData></worksheet>"
        ),
    }
    marked = mark_workbook(with_parts(a_return(), plain), PLAN)
    assert faults_of(marked) == []
    assert opened(marked)[SHEET]["C5"].fill.fill_type == "solid"


def test_paths_with_backslashes_and_other_cases_are_found():
    """Some Chinese programs write the package as Windows names its files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts_of(a_return()).items():
            spelled = name.replace("xl/worksheets/sheet1.xml", "xl\\worksheets\\Sheet1.XML")
            archive.writestr(spelled, content)
    marked = mark_workbook(buffer.getvalue(), PLAN)
    assert "台账校验".encode() in parts_of(marked)["xl/comments/comment1.xml"]


def test_only_workbooks_that_can_be_edited_are_taken_for_markable():
    assert is_markable_container(a_return())
    assert not is_markable_container(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    assert not is_markable_container(buffer.getvalue())
