"""What cannot be edited in place says so; everything else about a package is kept."""

import io
import tracemalloc
import zipfile

import pytest
from marked import SHEET, a_finding, a_plan, a_return, opened, parts_of, with_parts
from package_faults import faults_of

from pipelines.feedback.marking.marked_workbook import UnmarkableError, mark_workbook

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


MIB = 1 << 20
PADDING = b"<!--" + b"x" * MIB + b"-->"  # cheap to parse


def with_padding(*mebibytes):
    """The return with so many MiB of comments on its first sheet, and on 底稿."""
    parts = [f"xl/worksheets/sheet{number}.xml" for number in (1, 3)]
    sheets = {part: parts_of(a_return())[part] for part in parts}
    padded = {
        part: sheets[part].replace(b"<sheetData>", PADDING * size + b"<sheetData>")
        for part, size in zip(parts, mebibytes, strict=True)
    }
    return with_parts(a_return(), padded)


def declaring(data, part, size):
    """The package whose list of contents tells a lie about the size of a part."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.getinfo(part).file_size = size
        archive.comment = b"written anew"
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("declared", "why"),
    [(None, "more than is allowed"), (1 << 34, "more than is allowed"), (10, "cannot be unpacked")],
    ids=["true", "too large", "too small"],
)
def test_what_unpacks_to_more_than_allowed_is_never_held_in_memory(declared, why):
    bomb = with_parts(a_return(), {"xl/media/image9.png": bytes(30 * MIB)})
    assert len(bomb) < 100_000
    if declared is not None:
        bomb = declaring(bomb, "xl/media/image9.png", declared)
    tracemalloc.start()
    try:
        with pytest.raises(UnmarkableError, match=why):
            mark_workbook(bomb, PLAN, max_unpacked=MIB)
        assert tracemalloc.get_traced_memory()[1] < 6 * MIB
    finally:
        tracemalloc.stop()


def test_the_limit_counts_all_parts_together():
    pictures = {f"xl/media/image{n}.png": bytes(MIB) for n in range(4)}
    data = with_parts(a_return(), pictures)
    with pytest.raises(UnmarkableError, match="more than is allowed"):
        mark_workbook(data, PLAN, max_unpacked=4 * MIB)
    assert mark_workbook(data, PLAN, max_unpacked=5 * MIB)


def test_a_method_of_packing_that_cannot_be_stopped_halfway_is_refused():
    buffer = io.BytesIO(a_return())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/media/image9.png", bytes(30 * MIB))
    with pytest.raises(UnmarkableError, match="method"):
        mark_workbook(buffer.getvalue(), PLAN)


def test_more_xml_than_memory_has_room_for_is_not_parsed():
    halves = with_padding(17, 17)
    both = a_plan(a_finding("C5"), a_finding("C5", sheet="底稿"))
    with pytest.raises(UnmarkableError, match=r"sheet1\.xml there is too much XML"):
        mark_workbook(with_padding(33, 0), PLAN)
    with pytest.raises(UnmarkableError, match=r"sheet3\.xml there is too much XML"):
        mark_workbook(halves, both)
    assert mark_workbook(halves, PLAN), "what is not marked is not parsed"
