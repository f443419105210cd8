"""Boxes of comments stand beside their cell, have numbers of their own, and fit their text."""

import re

import pytest
from lxml import etree
from marked import a_finding, a_plan, a_return, parts_of, unmarked, with_parts
from package_faults import faults_of

from pipelines.feedback.marking.marked_workbook import mark_workbook
from pipelines.feedback.marking.ooxml import ensure_child, new_root, parse_address, written

BOX = "xl/drawings/commentsDrawing1.vml"
ANCHOR = re.compile(rb"<x:Anchor>([^<]+)</x:Anchor>")


def drawing(*cells):
    """As Excel writes it: a block of numbers, and for each box where it stands."""
    boxes = "".join(
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202"><v:textbox/><x:ClientData ObjectType="Note">'
        f"<x:Anchor>2, 15, 4, 10, 4, 15, 8, 4</x:Anchor><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
        for number, (row, column) in enumerate(cells, 1025)
    )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/></o:shapelayout>'
        f'<v:shapetype id="_x0000_t202"/>{boxes}</xml>'
    ).encode()


def a_return_with_anchors():
    """The boxes of B6 and G9."""
    return with_parts(a_return(), {BOX: drawing((5, 1), (8, 6))})


def anchors(data):
    return [found.decode() for found in ANCHOR.findall(parts_of(data)[BOX])]


def test_a_box_stands_right_of_its_cell():
    data = mark_workbook(a_return_with_anchors(), a_plan(a_finding("C5")))
    left, _, top, _, right, _, bottom, _ = (int(n) for n in anchors(data)[-1].split(", "))
    assert (left, top) == (3, 3)
    assert right > left + 2
    assert bottom > top + 1
    assert faults_of(data) == []


def test_a_box_that_is_there_grows_for_our_words_and_shrinks_back():
    original = a_return_with_anchors()
    marked = mark_workbook(original, a_plan(a_finding("B6", "warning", message="请核对。" * 20)))
    before, after = anchors(original), anchors(marked)
    assert before[0].split(", ")[:6] == after[0].split(", ")[:6]
    assert int(after[0].split(", ")[6]) > int(before[0].split(", ")[6]) + 3
    assert after[1] == before[1]
    assert anchors(unmarked(marked)) == before


def test_a_drawing_that_is_no_strict_xml_is_mended():
    """Old Excel wrote HTML into boxes, with breaks nobody closed."""
    loose = drawing((5, 1)).replace(b"<v:textbox/>", b"<v:textbox><br></v:textbox>")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(loose)
    data = mark_workbook(with_parts(a_return(), {BOX: loose}), a_plan(a_finding("C5")))
    mended = etree.fromstring(parts_of(data)[BOX])
    assert len(mended.findall("{urn:schemas-microsoft-com:vml}shape")) == 2


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("A1", (0, 0)),
        ("$C$5", (4, 2)),
        ("aa10", (9, 26)),
        ("B2:D9", (1, 1)),
        ("XFD1048576", (1_048_575, 16_383)),
        ("XFE1", None),
        ("A1048577", None),
        ("A0", None),
        ("第3行", None),
        ("", None),
        (None, None),
    ],
)
def test_cell_names_are_read(text, address):
    assert parse_address(text) == address


def test_text_that_looks_like_an_escape_stays_what_it_is():
    assert written("_x000D_") == "_x005F_x000D_"
    assert written("a_xyz_b") == "a_xyz_b"
    assert written("a\r\nb\rc\x07") == "a\nb\nc"


def test_a_new_child_finds_its_place_among_those_that_are_there():
    root = new_root("worksheet")
    for name in ("legacyDrawing", "sheetData", "dataValidations", "cols", "drawing"):
        ensure_child(root, name)
    assert [str(e.tag).rpartition("}")[2] for e in root] == [
        "cols", "sheetData", "dataValidations", "drawing", "legacyDrawing",
    ]  # fmt: skip
