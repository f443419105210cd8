"""An .xlsx is read cell by cell, whatever its writer made of the standard; both countings agree."""

from datetime import date, datetime, time

import pytest
from xlsx_packages import (
    MAIN,
    OFFICE,
    STRINGS,
    WORKBOOK,
    WORKBOOK_RELATIONS,
    package,
    relations,
    sheet_part,
    worksheet,
)

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import xlsx_sheet
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.xlsx import read_xlsx
from pipelines.workbooks.containers.xlsx_count import count_xlsx

LIMITS = ReadingLimits()


def read(data):
    """The sheets, after both ways of counting agreed."""
    book = read_xlsx(data, LIMITS)
    assert count_xlsx(data, LIMITS) == {n: s.filled_cells for n, s in enumerate(book.sheets)}
    return book.sheets


def read_rows(rows, strings=None, styles=None, **around):
    (sheet,) = read(package(worksheet(rows, **around), strings=strings, styles=styles))
    return sheet


def read_cell(cell, strings=None, styles=None):
    """The value of a single cell; None where it is empty."""
    return read_rows(f"<row>{cell}</row>", strings, styles).rows.get(0, {}).get(0)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v>12</v></c>", 12.0),
        ("<c t='n'><v> -0.5E-3 </v></c>", -0.0005),
        ("<c><v>110101199001011234</v></c>", 110101199001011234.0),
        ("<c><v>12_3</v></c>", "12_3"),
        ("<c><v>1e999</v></c>", "1e999"),
        ("<c><v>甲</v></c>", "甲"),
        ("<c><v></v></c>", None),
        ("<c><v/></c>", None),
        ("<c/>", None),
        ("<c t='b'><v>1</v></c>", True),
        ("<c t='b'><v>false</v></c>", False),
        ("<c t='b'><v>2</v></c>", "2"),
        ("<c t='str'><v> 甲 </v></c>", " 甲 "),
        ("<c t='str'><v> </v></c>", " "),
        ("<c t='str'><f>A2</f><v></v></c>", None),
        ("<c t='str'><f>A2</f><v/></c>", None),
        ("<c t='str'><v>a_x000D_b_x005F_x000D__xD83D_</v></c>", "a\rb_x000D__xD83D_"),
        ("<c t='inlineStr'><is><t>甲</t></is></c>", "甲"),
        (
            "<c t='inlineStr'><is><r><t>甲</t></r><r><t xml:space='preserve'> 乙</t></r></is></c>",
            "甲 乙",
        ),
        ("<c t='inlineStr'><is><t> 甲 </t></is></c>", " 甲 "),
        ("<c t='inlineStr'><is><t>&#10;</t></is></c>", "\n"),
        ("<c t='inlineStr'><is><t/></is></c>", None),
        ("<c t='inlineStr'><is><t>中</t><rPh sb='0' eb='1'><t>zhong</t></rPh></is></c>", "中"),
        ("<c t='inlineStr'><v>甲</v></c>", "甲"),
        ("<c><is><t>甲</t></is></c>", "甲"),
        ("<c t='unheard'><v>5</v></c>", 5.0),
        ("<c t='d'><v>2017-9-02</v></c>", date(2017, 9, 2)),
        ("<c t='d'><v>2017-09-22T10:00:00Z</v></c>", datetime(2017, 9, 22, 10)),
        ("<c t='d'><v>1899-12-30T10:00:00</v></c>", time(10)),
        ("<c t='d'><v>10:00:00</v></c>", time(10)),
        ("<c t='d'><v>2017-13-45</v></c>", "2017-13-45"),
        ("<c><f>A2</f><v>7</v></c>", 7.0),
        ("<c><v><![CDATA[5]]></v></c>", 5.0),
        ("<c><v>5<!-- <v>9</v> -->6</v></c>", 56.0),
        ("<c t='str'><v><![CDATA[<c><v>1</v></c>]]></v></c>", "<c><v>1</v></c>"),
        ("<c t='str'><v>&lt;甲&amp;&#x4e59;</v></c>", "<甲&乙"),
        ("<!-- <c><v>1</v></c> --><?pi <c><v>1</v></c> ?><c><v>2</v></c>", 2.0),
    ],
)
def test_a_cell_has_the_value_its_type_says(cell, value):
    read_value = read_cell(cell)
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<si><t>甲</t></si>", "甲"),
        ("<si><t> 甲 </t></si>", " 甲 "),
        ("<si><t xml:space='preserve'> 甲 </t></si>", " 甲 "),
        ("<si><t xml:space='preserve'> </t></si>", " "),
        ("<si>\n<t> </t>\n</si>", " "),
        ("<si/>", None),
        ("<si></si>", None),
        ("<si><t></t></si>", None),
        ("<si><r><rPr><b/></rPr><t>甲</t></r><r><t>乙</t></r></si>", "甲乙"),
        ("<si><t></t><rPh sb='0' eb='1'><t>yi</t></rPh></si>", None),
        ("<si><t><![CDATA[甲]]></t></si>", "甲"),
    ],
)
def test_a_shared_text_is_joined_from_its_runs_without_the_way_it_is_read_aloud(item, text):
    assert read_cell("<c t='s'><v> 1 </v></c>", strings=f"<si><t>零</t></si>{item}") == text


def test_errors_and_formulas_without_a_result_are_kept_apart():
    cells = (
        "<c r='A1' t='e'><v>#REF!</v></c><c r='B1'><f>A1*2</f></c><c r='C1'><f>A1*2</f><v></v></c>"
        "<c r='D1' t='str'><f>A1</f></c><c r='E1' t='e'><f>NA()</f><v>#N/A</v></c>"
        "<c r='F1' t='b'><f>A1</f><v/></c><c r='G1' t='e'/>"
    )
    sheet = read_rows(f"<row r='1'>{cells}</row>")
    assert sheet.error_cells == {(0, 0): "#REF!", (0, 4): "#N/A"}
    assert sheet.uncached_formulas == {(0, 1), (0, 2), (0, 3), (0, 5)}
    assert not sheet.rows


STYLES = (
    "<numFmts><numFmt numFmtId='165' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/></numFmts>"
    "<fonts><font/><font><strike/></font><font><strike val='0'/></font></fonts>"
    "<cellStyleXfs><xf numFmtId='14' fontId='1'/></cellStyleXfs>"
    "<cellXfs><xf/><xf numFmtId='165'/><xf numFmtId='31'/><xf fontId='1'/><xf fontId='2'/>"
    "<xf numFmtId='x' fontId='99'/></cellXfs>"
    "<dxfs><dxf><font><strike/></font></dxf></dxfs>"
)


def test_numbers_of_date_formats_are_dates():
    cells = "".join(f"<c s='{style}'><v>43000</v></c>" for style in (0, 1, 2, 3, 5, 77, "x"))
    sheet = read_rows(f"<row>{cells}</row>", styles=STYLES)
    day = date(2017, 9, 22)
    assert list(sheet.rows[0].values()) == [43000, day, day, 43000, 43000, 43000, 43000]


def test_days_may_count_from_1904():
    workbook = (
        f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><workbookPr date1904='true'/><sheets>"
        "<sheet name='表' r:id='rId1'/></sheets><extLst><ext><x14:workbookPr/></ext></extLst></workbook>"
    )
    data = package(worksheet("<row><c s='1'><v>1</v></c></row>"), styles=STYLES, workbook=workbook)
    book = read_xlsx(data, LIMITS)
    assert book.is_1904
    assert book.sheets[0].rows == {0: {0: date(1904, 1, 2)}}


def test_a_struck_cell_is_one_of_which_all_that_is_seen_is_struck():
    struck, plain = "<r><rPr><strike/></rPr><t>甲</t></r>", "<r><rPr><b/></rPr><t>乙</t></r>"
    items = (struck, struck + plain, struck + "<r><t>丙</t></r>", plain, "<t>丁</t>")
    strings = "".join(f"<si>{item}</si>" for item in items)
    cells = "".join(
        f"<c s='{style}' t='s'><v>{number}</v></c>" for style in (0, 3) for number in range(5)
    )
    inline = f"<c t='inlineStr'><is>{struck}</is></c><c s='3'/><c s='4'><v>1</v></c>"
    sheet = read_rows(f"<row>{cells}{inline}</row>", strings, STYLES)
    assert sheet.struck_cells == {(0, column) for column in (0, 5, 7, 9, 10)}


def test_cells_without_a_place_follow_the_last_and_any_order_is_good():
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        "<row r='5'><c r='C5'><v>3</v></c><c><v>4</v></c><c r='$a$5'><v>5</v></c></row>"
        "<row><c><v>6</v></c><c r='B3'><v>7</v></c></row><row r='2'><c r='XFD2'><v>8</v></c></row>"
    )
    assert read_rows(rows).rows == {
        0: {0: 1, 1: 2},
        4: {2: 3, 3: 4, 0: 5},
        5: {0: 6},
        2: {1: 7},
        1: {16383: 8},
    }


@pytest.mark.parametrize(
    "row",
    ["<row r='0'/>", "<row r='x'/>", "<row><c r='1A'/></row>", "<row><c r='A0'/></row>"],
)
def test_a_place_that_is_none_is_damage(row):
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_rows(row)


def test_a_cell_written_twice_is_refused_and_named():
    with pytest.raises(UnreadableFileError, match=r"Sheet1.*第 2 行第 3 列"):
        read_rows("<row r='2'><c r='C2'><v>1</v></c><c r='C2' t='e'><v>#N/A</v></c></row>")
    twice = "<row r='2'><c r='C2'/><c r='C2'><v>1</v></c><c r='C2'/></row>"
    assert read_rows(twice).rows == {1: {2: 1}}


@pytest.mark.parametrize(
    "cell",
    [
        "<c><v>1</v><v>2</v></c>",
        "<c><v/><v>2</v></c>",
        "<c t='inlineStr'><is><t>甲</t></is><is><t>乙</t></is></c>",
    ],
)
def test_a_cell_of_two_values_is_refused_and_none_of_them_lost(cell):
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_rows(f"<row>{cell}</row>")


def test_a_cell_of_no_row_is_damage():
    for cell in ("<c><v>1</v></c>", "<c r='A1'><v>1</v></c>", "<c/><row><c/></row>"):
        with pytest.raises(UnreadableFileError, match="损坏"):
            read_rows(cell)


def test_parts_whose_names_differ_in_case_alone_are_one_name_twice():
    other = {sheet_part(1).upper(): worksheet("<row><c><v>2</v></c></row>")}
    with pytest.raises(UnreadableFileError, match="同名的部件"):
        read_xlsx(package(worksheet(""), parts=other), LIMITS)


def test_hidden_rows_and_columns_are_those_that_hold_something():
    rows = (
        "<row r='1' hidden='1'><c r='A1'><v>1</v></c></row><row r='2' ht='0'><c r='C2'><v>1</v></c></row>"
        "<row r='3' hidden='true'/><row r='4' hidden='0' ht='15'><c r='A4'><v>1</v></c></row>"
    )
    columns = (
        "<cols><col min='2' max='2' hidden='1'/><col min='3' max='16384' width='0'/>"
        "<col min='1' max='1' width='9'/><col min='9' max='1' hidden='1'/></cols>"
    )
    anchor = "<controls><anchor><xdr:from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></xdr:from></anchor></controls>"
    sheet = read_rows(rows, before=columns, after=anchor)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({0, 1}, {1, 2})
    assert not sheet.filtered_rows


HIDDEN = "".join(f"<row r='{n}' hidden='1'><c><v>{n}</v></c></row>" for n in (1, 2, 3, 9))
FILTER = "<autoFilter ref='A1:C5'><filterColumn colId='0'>{}</filterColumn></autoFilter>"


@pytest.mark.parametrize(
    ("after", "filtered"),
    [
        (FILTER.format("<filters><filter val='甲'/></filters>"), {1, 2}),
        (FILTER.format("<customFilters/>"), {1, 2}),
        (FILTER.format(""), set()),
        ("<autoFilter ref='A1:C5'/>", set()),
        ("<customSheetViews>" + FILTER.format("<top10/>") + "</customSheetViews>", set()),
        ("<autoFilter ref='?'><filterColumn><top10/></filterColumn></autoFilter>", set()),
    ],
)
def test_rows_hidden_by_an_active_filter_are_told_apart(after, filtered):
    sheet = read_rows(HIDDEN, after=after)
    assert sheet.hidden_rows == {0, 1, 2, 8}
    assert sheet.filtered_rows == filtered


def test_a_table_of_the_sheet_has_a_filter_of_its_own():
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("t1", "table", "../tables/table1.xml"), ("t2", "table", "../tables/gone.xml")
        ),
        "xl/tables/table1.xml": f"<table xmlns='{MAIN}'>{FILTER.format('<filters/>')}</table>",
    }
    tables = "<tableParts><tablePart r:id='t1'/><tablePart r:id='t2'/></tableParts>"
    (sheet,) = read(package(worksheet(HIDDEN, after=tables), parts=parts))
    assert sheet.filtered_rows == {1, 2}


def test_merges_are_told_and_never_expanded():
    merges = "<mergeCells><mergeCell ref='A1:XFD1048576'/><mergeCell ref='B2:A1'/><mergeCell ref='x'/></mergeCells>"
    sheet = read_rows("<row><c><v>1</v></c></row>", after=merges)
    assert sheet.merges == [(0, 0, 1048575, 16383), (0, 0, 1, 1)]


def test_prefixes_declared_or_not_change_nothing():
    rows = (
        "<x:row r='1'><x:c r='A1' t='s'><x:v>1</x:v></x:c><x:c r='B1'><x:f>1</x:f></x:c>"
        "<x:c t='inlineStr'><x:is><x:t>乙</x:t></x:is></x:c></x:row>"
    )
    strings = "<x:si><x:t/></x:si><x:si><x:t>甲</x:t></x:si>"
    data = package(
        f"<x:worksheet xmlns:x='{MAIN}'><x:sheetData>{rows}</x:sheetData></x:worksheet>",
        strings="",
        parts={STRINGS: f"<x:sst xmlns:x='{MAIN}'>{strings}</x:sst>"},
    )
    (sheet,) = read(data)
    assert sheet.rows == {0: {0: "甲", 2: "乙"}}
    assert sheet.uncached_formulas == {(0, 1)}


# Codecs that Python knows and that are no charset; one of them unpacks what was compressed.
NO_CHARSETS = [
    "zlib",
    "base64",
    "rot13",
    "idna",
    "undefined",
    "utf-7",
    "unicode_escape",
    "nonsense",
]


@pytest.mark.parametrize("declared", NO_CHARSETS)
def test_a_declared_encoding_that_is_none_is_damage(declared):
    part = worksheet("<row><c><v>1</v></c></row>").replace("UTF-8", declared)
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_xlsx(package(part), LIMITS)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_parts_may_be_written_in_other_encodings(encoding):
    declared = encoding.removesuffix("-le").removesuffix("-be")
    text = worksheet("<row><c t='str'><v>滨河路</v></c></row>").replace("UTF-8", declared)
    mark = "\ufeff" if encoding.endswith(("-le", "-be")) else ""
    (sheet,) = read(package((mark + text).encode(encoding)))
    assert sheet.rows == {0: {0: "滨河路"}}


ONE = worksheet("<row><c><v>1</v></c></row>")


@pytest.mark.parametrize(
    "target",
    ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml",
     "worksheets\\sheet1.xml", "../xl/./Worksheets/SHEET1.xml", "../../../xl/worksheets/sheet1.xml"],
)  # fmt: skip
def test_a_sheet_is_found_however_its_target_is_written(target):
    listed = relations(("rId1", "worksheet", target), ("rId7", "drawing", "drawings/gone.xml"))
    (sheet,) = read(package(ONE, parts={WORKBOOK_RELATIONS: listed}))
    assert sheet.rows == {0: {0: 1}}


def test_the_workbook_is_where_the_package_says():
    workbook = f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets><sheet name='表' r:id='a'/></sheets></workbook>"
    parts = {
        "_rels/.rels": relations(("rId1", "officeDocument", "/book/内容.xml")),
        "book/内容.xml": workbook,
        "book/_rels/内容.xml.rels": relations(
            ("a", "worksheet", "s.xml"), ("b", "sharedStrings", "words.xml")
        ),
        "book/words.xml": f"<sst xmlns='{MAIN}'><si><t>甲</t></si></sst>",
        "book/s.xml": worksheet("<row><c t='s'><v>0</v></c></row>"),
        WORKBOOK: None,
    }
    (sheet,) = read(package(parts=parts))
    assert (sheet.name, sheet.rows) == ("表", {0: {0: "甲"}})


def test_hidden_sheets_are_told_and_only_worksheets_are_sheets():
    entries = (
        "<sheet name='图' r:id='c'/><sheet name='甲' r:id='rId1' state='veryHidden'/>"
        "<sheet name='宏' r:id='m'/><sheet name='模块' r:id=''/><sheet name='乙' r:id='rId2' state='visible'/>"
    )
    listed = relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"), ("c", "chartsheet", "chartsheets/sheet1.xml"),
        ("rId2", "worksheet", "worksheets/sheet2.xml"), ("m", "xlMacrosheet", "macrosheets/sheet1.xml"),
    )  # fmt: skip
    workbook = f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{entries}</sheets></workbook>"
    two = worksheet("<row><c><v>2</v></c></row>")
    sheets = read(package(ONE, two, workbook=workbook, parts={WORKBOOK_RELATIONS: listed}))
    assert [(s.name, s.is_hidden, s.rows[0][0]) for s in sheets] == [
        ("甲", True, 1),
        ("乙", False, 2),
    ]


def test_a_sheet_without_its_part_is_refused_and_named():
    with pytest.raises(UnreadableFileError, match="“Sheet2”的内容在文件里找不到"):
        read(package(ONE, None))
    outside = relations(("rId1", "worksheet", "worksheets/sheet1.xml")).replace(
        "Target=", "TargetMode='External' Target="
    )
    with pytest.raises(UnreadableFileError, match="“Sheet1”的内容在文件里找不到"):
        read(package(ONE, parts={WORKBOOK_RELATIONS: outside}))


def test_a_text_that_the_table_of_texts_lacks_is_damage():
    for strings in (None, "<si><t>甲</t></si>"):
        with pytest.raises(UnreadableFileError, match="文字表"):
            read_cell("<c t='s'><v>1</v></c>", strings=strings)
    with pytest.raises(UnreadableFileError, match="文字表"):
        read_cell("<c t='s'><v>-1</v></c>", strings="<si><t>甲</t></si>")


@pytest.mark.parametrize(
    "part", [sheet_part(1), WORKBOOK, WORKBOOK_RELATIONS, STRINGS, "_rels/.rels"]
)
@pytest.mark.parametrize(
    "content", ["", "<a><b></a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "甲"]
)
def test_a_part_that_is_no_xml_is_refused_in_words(part, content):
    with pytest.raises(UnreadableFileError, match="请"):
        read_xlsx(package(ONE, strings="<si/>", parts={part: content}), LIMITS)


def test_what_is_too_much_is_refused_before_it_fills_the_memory():
    data = package(worksheet("<row>" + "<c><v>1</v></c>" * 11 + "</row>"))
    assert read_xlsx(data, ReadingLimits(max_cells=11)).sheets[0].filled_cells == 11
    with pytest.raises(UnreadableFileError, match="超过 10 个"):
        read_xlsx(data, ReadingLimits(max_cells=10))
    with pytest.raises(UnreadableFileError, match="太大"):
        read_xlsx(data, ReadingLimits(max_unpacked=600))
    with pytest.raises(UnreadableFileError, match="太大"):
        count_xlsx(data, ReadingLimits(max_unpacked=600))


def test_more_merges_than_any_return_has_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx_sheet, "_MOST_MERGES", 2)
    merge = "<mergeCell ref='A1:B1'/>"
    assert len(read_rows("", after=f"<mergeCells>{merge * 2}</mergeCells>").merges) == 2
    with pytest.raises(UnreadableFileError, match="合并单元格超过 2 处"):
        read_rows("", after=f"<mergeCells>{merge * 3}</mergeCells>")


def test_a_text_beyond_any_cell_is_refused():
    long = "长" * ((1 << 20) + 1)
    for cell in (f"<c t='str'><v>{long}</v></c>", f"<c t='inlineStr'><is><t>{long}</t></is></c>"):
        with pytest.raises(UnreadableFileError, match="单元格的文字超过"):
            read_cell(cell)
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_rows(f"<!--{'x' * (20 << 20)}-->")


def test_many_hidden_ranges_cost_no_more_than_one():
    columns = "<cols>" + "<col min='1' max='999999999' hidden='1'/>" * 5000 + "</cols>"
    sheet = read_rows(
        "<row><c r='XFD1'><v>1</v></c><c r='ZZZZ1'><v>1</v></c></row>", before=columns
    )
    assert sheet.hidden_columns == set(range(16384))
