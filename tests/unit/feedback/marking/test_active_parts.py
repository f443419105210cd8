"""What would reach out when an answer is opened is not sent back; what waits for a click is."""

import pytest
from marked import a_finding, a_plan, a_return, parts_of, with_parts

from pipelines.feedback.marking.marked_workbook import UnmarkableError, mark_workbook

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
LINK = "xl/externalLinks/externalLink1.xml"


def related(kind, target, mode="External"):
    """A return whose workbook has one relationship more."""
    original = a_return()
    added = f'<Relationship Id="rX" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    said = parts_of(original)[BOOK_RELATIONS].replace(
        b"</Relationships>", added.encode() + b"</Relationships>"
    )
    return with_parts(original, {BOOK_RELATIONS: said})


def linked(target, inner="<externalBook/>"):
    """A return with a link to another workbook, as Excel writes it."""
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/externalLinkPath"'
        f' Target="{target}" TargetMode="External"/></Relationships>'
    )
    link = f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inner}</externalLink>'
    return with_parts(
        a_return(),
        {
            LINK: link.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations.encode(),
        },
    )


def with_formula(formula):
    sheet = parts_of(a_return())["xl/worksheets/sheet1.xml"]
    return with_parts(
        a_return(), {"xl/worksheets/sheet1.xml": sheet.replace(b"SUM(C5:D5)", formula.encode())}
    )


def mark(data):
    return mark_workbook(data, a_plan(a_finding("C5")))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: related("image", "http://evil.example/1.png"), id="picture elsewhere"),
        pytest.param(lambda: related("image", "1.png"), id="picture beside"),
        pytest.param(lambda: related("attachedTemplate", "http://evil.example/t"), id="template"),
        pytest.param(lambda: related("connections", "connections.xml", "Internal"), id="query"),
        pytest.param(lambda: related("xlMacrosheet", "m.xml", "Internal"), id="Excel 4 macros"),
        pytest.param(lambda: linked("http://evil.example/a.xlsx"), id="workbook on the net"),
        pytest.param(lambda: linked(r"file:///\\evil.example\s\a.xlsx"), id="workbook of a server"),
        pytest.param(lambda: linked(r"\\evil.example\s\a.xlsx"), id="path of a server"),
        pytest.param(lambda: linked("a", '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'), id="DDE"),
        pytest.param(lambda: linked("a", '<oleLink progId="x"/>'), id="OLE"),
        pytest.param(lambda: with_formula("cmd|'/c calc'!A0"), id="DDE in a formula"),
    ],
)  # fmt: skip
def test_what_reaches_out_is_answered_with_a_fresh_workbook(data):
    with pytest.raises(UnmarkableError):
        mark(data())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: related("hyperlink", "http://district.example"), id="hyperlink"),
        pytest.param(lambda: linked("去年.xlsx"), id="workbook beside"),
        pytest.param(lambda: linked("/D:/报表/去年.xlsx"), id="workbook on the disk"),
        pytest.param(lambda: linked("file:///D:\\报表\\去年.xlsx"), id="workbook by its address"),
        pytest.param(lambda: with_formula('C5&amp;"|"&amp;D5'), id="a stroke in a text"),
    ],
)
def test_what_waits_for_a_click_stays(data):
    original = data()
    assert parts_of(original).keys() <= parts_of(mark(original)).keys()


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil", "C:/evil.xml", "xl//evil.xml", "xl/a\nb"]
)
def test_a_part_that_would_lie_outside_its_package_is_not_sent_back(name):
    with pytest.raises(UnmarkableError):
        mark(with_parts(a_return(), {name: b"x"}))


def test_a_part_written_in_another_way_gets_its_proper_name():
    given = with_parts(a_return(), {"/xl\\media\\image1.png": b"x"})
    assert "xl/media/image1.png" in parts_of(mark(given))


@pytest.mark.parametrize(
    "change",
    [
        (b'defaultRowHeight="', b'defaultRowHeight="1e999" x="'),
        (b'<c r="A5" s="', b'<c r="A5" s="99999999999999999999'),
        (b'<row r="5"', b'<row r="-7"'),
    ],
)
def test_numbers_without_sense_are_told_and_not_stumbled_over(change):
    sheet = parts_of(a_return())["xl/worksheets/sheet1.xml"]
    assert change[0] in sheet
    data = with_parts(a_return(), {"xl/worksheets/sheet1.xml": sheet.replace(*change)})
    try:
        assert parts_of(mark(data))
    except UnmarkableError as fault:
        assert str(fault)
