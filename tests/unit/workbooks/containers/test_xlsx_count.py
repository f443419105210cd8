"""The second count of an .xlsx: the same in windows of any size, and no friend of what only looks like a cell."""

import pytest
from xlsx_packages import MAIN, OFFICE, package, worksheet

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import xlsx_scan
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.xlsx import read_xlsx
from pipelines.workbooks.containers.xlsx_count import count_xlsx
from pipelines.workbooks.containers.zip_parts import ZipParts

LIMITS = ReadingLimits()
STRINGS = "<si><t>甲</t></si><!-- <si><t>没有</t></si> --><si/><si><t><![CDATA[]]></t></si><si><t>乙</t></si>"
ROWS = (
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c>"
    "<!-- <c><v>1</v></c> --><c r='D1' t='s'><v>3</v></c><?x <c><v>1</v></c> ?></row>"
    "<row r='2'><c r='A2' t=\"str\"><v><![CDATA[<c><v>1</v></c>]]></v></c><c r='B2'><f>1&lt;2</f></c>"
    "<c r='C2' t='e'><v>#REF!</v></c><c r='D2' s='1'/><c r='E2'\n t = 'inlineStr' ><is><t>丙</t></is></c>"
    "<c r='F2'><v>\n</v></c><c r='G2'><v>5</v></c ></row>"
)
EXPECTED = 7


def in_pieces(monkeypatch, size):
    """Let parts come in pieces of so many bytes."""
    whole = ZipParts.stream

    def stream(self, name):
        content = b"".join(whole(self, name))
        return (content[at : at + size] for at in range(0, len(content), size))

    monkeypatch.setattr(ZipParts, "stream", stream)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64, 1000, 1 << 20])
def test_the_size_of_the_windows_changes_nothing(monkeypatch, size):
    data = package(worksheet(ROWS), strings=STRINGS)
    in_pieces(monkeypatch, size)
    assert count_xlsx(data, LIMITS) == {0: EXPECTED}
    assert read_xlsx(data, LIMITS).sheets[0].filled_cells == EXPECTED


def test_cells_outside_of_the_data_are_no_cells():
    around = "<extLst><x:row><x:c><x:v>1</x:v></x:c><c><v>1</v></c></x:row></extLst>"
    data = package(worksheet("<row><c><v>1</v></c></row>", before=around, after=around))
    assert count_xlsx(data, LIMITS) == {0: 1}
    assert read_xlsx(data, LIMITS).sheets[0].filled_cells == 1


def test_a_sheet_without_data_has_no_cells():
    empty = f"<worksheet xmlns='{MAIN}'><sheetData/></worksheet>"
    assert count_xlsx(package(empty, f"<worksheet xmlns='{MAIN}'/>"), LIMITS) == {0: 0, 1: 0}


def test_the_count_does_not_use_the_parser_of_the_reader(monkeypatch):
    def unwanted(*_arguments):
        raise AssertionError("the count used the parser of the reader")

    monkeypatch.setattr("pipelines.workbooks.containers.xml_events.parse_as_written", unwanted)
    assert count_xlsx(package(worksheet(ROWS), strings=STRINGS), LIMITS) == {0: EXPECTED}


@pytest.mark.parametrize(
    "rows",
    ["<row><c t='str'><v>" + "x" * 300_000, "<row><c " + "x" * 300_000],
)
def test_an_element_without_end_does_not_fill_the_memory(monkeypatch, rows):
    monkeypatch.setattr(xlsx_scan, "_LARGEST_ELEMENT", 100_000)
    in_pieces(monkeypatch, 10_000)
    with pytest.raises(UnreadableFileError, match="损坏"):
        count_xlsx(package(worksheet(rows)), LIMITS)


def test_what_is_set_aside_and_never_ends_holds_no_cells():
    for opened in ("<!--", "<![CDATA[", "<?"):
        rows = f"<row><c><v>1</v></c></row>{opened}<c><v>2</v></c>"
        assert count_xlsx(package(worksheet(rows)), LIMITS) == {0: 1}


def test_names_of_sheets_and_targets_may_hold_anything():
    workbook = (
        f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="a>b/\'c&quot;" x:id="none" r:id="rId1" id="rId1"/>'
        "<!-- <sheet name='没有' r:id='rId1'/> --></sheets></workbook>"
    )
    data = package(worksheet("<row><c><v>1</v></c></row>"), workbook=workbook)
    assert count_xlsx(data, LIMITS) == {0: 1}
    assert [sheet.name for sheet in read_xlsx(data, LIMITS).sheets] == ["a>b/'c\""]
