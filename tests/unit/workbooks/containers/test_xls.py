"""An .xls gives every cell at its place, by kind; what is hidden, struck or not calculated is told apart."""

import io
import struct
from datetime import date, datetime, time

import biff_files as bf
import pytest
import xlwt
from grids import a_file
from hypothesis import given
from hypothesis import strategies as st
from ole_files import write_ole

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.xls import read_xls
from pipelines.workbooks.containers.xls_count import count_xls
from pipelines.workbooks.containers.xls_sheets import SheetReader

LIMITS = ReadingLimits()


def read(data):
    """The sheets, after the second count has found the same cells."""
    book = read_xls(data, LIMITS)
    counted = count_xls(data, LIMITS)
    assert [s.filled_cells for s in book.sheets] == [counted[n] for n in range(len(book.sheets))]
    return book


def one(*records, before=()):
    """The one sheet of a workbook of these records."""
    (sheet,) = read(bf.workbook(bf.worksheet(*records), before=before)).sheets
    return sheet


def test_every_kind_of_cell_arrives():
    sheet = one(
        bf.number(0, 0, 0.1),
        bf.rk(0, 1, 0x3FF00000),
        bf.rk(0, 2, (12345 << 2) | 3),
        bf.rk(0, 3, ((-7 << 2) & 0xFFFFFFFF) | 2),
        bf.several_rk(1, 0, (1 << 2) | 2, (2 << 2) | 2),
        bf.label(2, 0, bf.text8("滨河路")),
        bf.label(2, 1, bf.text8(" ")),
        bf.shared(2, 2, 1),
        bf.boolean(3, 0, 1),
        bf.boolean(3, 1, 0x17, is_error=True),
        bf.boolean(3, 2, 0x99, is_error=True),
        before=[bf.table_of_texts(bf.text8("甲"), bf.text8("ok"))],
    )
    assert sheet.rows == {
        0: {0: 0.1, 1: 1.0, 2: 123.45, 3: -7.0},
        1: {0: 1.0, 1: 2.0},
        2: {0: "滨河路", 1: " ", 2: "ok"},
        3: {0: True},
    }
    assert sheet.error_cells == {(3, 1): "#REF!", (3, 2): "#ERR"}


@pytest.mark.parametrize("kind", [0x0006, 0x0206, 0x0406])
def test_a_formula_is_what_it_gave(kind):
    sheet = one(
        bf.formula(0, 0, struct.pack("<d", 2.5), kind=kind),
        bf.formula(0, 1, bf.special(0), kind=kind),
        bf.record(0x04BC, b"\0" * 10),
        bf.formula_text("已开工"),
        bf.formula(0, 2, bf.special(1, 1), kind=kind),
        bf.formula(0, 3, bf.special(2, 0x2A), kind=kind),
    )
    assert sheet.rows == {0: {0: 2.5, 1: "已开工", 2: True}}
    assert sheet.error_cells == {(0, 3): "#N/A"}


def test_an_empty_result_is_empty_and_a_missing_one_is_not_calculated():
    sheet = one(
        bf.formula(0, 0, bf.special(3)),
        bf.formula(0, 1, bf.special(0)),
        bf.formula_text(""),
        bf.formula(0, 2, bf.special(0)),
        bf.formula(0, 3, bf.special(0)),
    )
    assert not sheet.rows
    assert sheet.uncached_formulas == {(0, 2), (0, 3)}


def test_formulas_that_are_all_nothing_and_ask_to_be_calculated_never_were():
    unasked = bf.formula(0, 0, bytes(8))
    asking = bf.formula(0, 1, bytes(8), flags=2)
    other = bf.formula(0, 2, struct.pack("<d", 3.0), flags=2)
    assert one(asking).uncached_formulas == {(0, 1)}
    assert one(asking, unasked).rows == {0: {0: 0.0, 1: 0.0}}
    assert one(asking, other).rows == {0: {1: 0.0, 2: 3.0}}
    assert one(asking, before=[bf.record(bf.RECALC_ID, bytes(8))]).rows == {0: {1: 0.0}}


def test_what_is_empty_is_no_cell():
    sheet = one(
        bf.blank(0, 0),
        bf.record(0x00BE, struct.pack("<HHHHH", 1, 0, 0, 0, 1)),
        bf.label(2, 0, bf.text8("")),
        bf.shared(3, 0, 1),
        before=[bf.table_of_texts(bf.text8("甲"), bf.text8(""))],
    )
    assert not sheet.rows


TWICE = {
    "a number": [bf.number(2, 1, 111), bf.number(2, 1, 222)],
    "the same number": [bf.number(2, 1, 111), bf.number(2, 1, 111)],
    "one of several": [bf.several_rk(2, 0, 2, 2), bf.number(2, 1, 222)],
    "an error": [bf.boolean(2, 1, 7, is_error=True), bf.number(2, 1, 3)],
    "a value under an error": [bf.number(2, 1, 3), bf.boolean(2, 1, 7, is_error=True)],
    "a formula without its text": [bf.formula(2, 1, bf.special(0)), bf.number(2, 1, 3)],
}


@pytest.mark.parametrize("what", TWICE)
def test_a_cell_written_twice_is_refused_and_named_and_counts_twice(what):
    data = bf.workbook(bf.worksheet(*TWICE[what]))
    with pytest.raises(UnreadableFileError, match="“Sheet1”的第 3 行第 2 列写了两次"):
        read_xls(data, LIMITS)
    assert count_xls(data, LIMITS) == {0: 3 if what == "one of several" else 2}


def test_a_cell_told_once_more_as_empty_is_one_cell():
    assert one(bf.number(0, 0, 2), bf.blank(0, 0)).rows == {0: {0: 2.0}}


def test_the_cells_of_a_chart_within_the_sheet_are_not_the_sheets():
    chart = bf.bof(0x0020) + bf.number(5, 5, 9) + bf.record(bf.EOF)
    assert one(bf.number(0, 0, 1), chart, bf.number(1, 0, 2)).rows == {0: {0: 1.0}, 1: {0: 2.0}}


def test_only_worksheets_become_sheets_and_positions_decide_which():
    data = bf.workbook(bf.worksheet(bf.number(0, 0, 1)), kind=2)
    assert read(data).sheets == []


# Where letters are divided, the next record tells anew how wide they are; elsewhere it just goes on.
WIDTH_TOLD_ANEW = {
    **dict.fromkeys((*range(11, 17), 35), b"\0"),
    **dict.fromkeys((22, 24, 26), b"\1"),
}
WITHIN_A_LETTER = {23, 25, 27}


@pytest.mark.parametrize("cut", sorted({*range(8, 36)} - WITHIN_A_LETTER))
def test_a_text_goes_on_in_the_next_record_wherever_it_is_divided(cut):
    texts = bf.text8("abcdef") + bf.rich_text8("滨河路", (1, 2)) + bf.text8("end")
    whole = struct.pack("<II", 3, 3) + texts
    rest = WIDTH_TOLD_ANEW.get(cut, b"") + whole[cut:]
    table = bf.record(bf.SST, whole[:cut]) + bf.record(bf.CONTINUE, rest)
    sheet = one(*(bf.shared(0, n, n) for n in range(3)), before=[table])
    assert sheet.rows == {0: {0: "abcdef", 1: "滨河路", 2: "end"}}


def test_letters_may_become_wider_in_the_middle_of_a_text():
    first = struct.pack("<IIHB", 1, 1, 4, 0) + b"ab"
    rest = b"\1" + "路桥".encode("utf-16-le")
    table = bf.record(bf.SST, first) + bf.record(bf.CONTINUE, rest)
    assert one(bf.shared(0, 0, 0), before=[table]).rows == {0: {0: "ab路桥"}}


def coded(text, codec="gbk"):
    raw = text.encode(codec)
    return struct.pack("<H", len(raw)) + raw


def test_excel_95_writes_in_a_code_page():
    sheet = bf.worksheet(
        bf.label(0, 0, coded("项目名称")),
        bf.record(0x00D6, struct.pack("<HHH", 0, 1, 0) + coded("路") + b"\1\0\0"),
        bf.formula(1, 0, bf.special(0)),
        bf.record(0x0207, coded("滨河路")),
        version=0x0500,
    )
    given = {"names": [b"\4" + "台账".encode("gbk")], "version": 0x0500}
    page = bf.record(bf.CODEPAGE, struct.pack("<H", 936))
    data = write_ole({"Book": bf.stream(sheet, before=[page], **given)})
    (told,) = read(data).sheets
    assert told.name == "台账"
    assert told.rows == {0: {0: "项目名称", 1: "路"}, 1: {0: "滨河路"}}


def test_a_script_writes_one_bare_sheet_without_version_or_code_page():
    cells = [bf.label(0, 0, coded("项目名称")), bf.number(0, 1, 500)]
    (sheet,) = read(bf.worksheet(*cells, version=0)).sheets
    assert (sheet.name, sheet.rows) == ("Sheet1", {0: {0: "项目名称", 1: 500.0}})


def test_dates_are_told_by_their_format_and_the_first_day():
    formats = [
        bf.cell_format(),
        bf.cell_format(number_format=14),
        bf.cell_format(number_format=170),
        bf.cell_format(number_format=31),
    ]
    before = [bf.number_format(170, 'yyyy"年"m"月" h:mm'), *formats]
    cells = [bf.number(0, n, value, n) for n, value in enumerate((43539, 43539, 43539.5, 43539))]
    cells += [bf.number(1, 0, 0.25, 2), bf.number(1, 1, 1e300, 1), bf.number(1, 2, 5, 99)]
    sheet = one(*cells, before=before)
    day = date(2019, 3, 15)
    assert sheet.rows[0] == {0: 43539.0, 1: day, 2: datetime(2019, 3, 15, 12), 3: day}
    assert sheet.rows[1] == {0: time(6), 1: 1e300, 2: 5.0}
    assert isinstance(sheet.rows[0][0], float)
    since_1904 = [bf.record(bf.DATE_1904, b"\1\0"), *before]
    book = read(bf.workbook(bf.worksheet(*cells), before=since_1904))
    assert book.is_1904
    assert book.sheets[0].rows[0][1] == date(2023, 3, 16)


def test_hidden_rows_columns_and_sheets_are_told():
    records = [
        bf.row_record(1, is_hidden=True),
        bf.row_record(2, height=0),
        bf.row_record(3),
        bf.columns(1, 2, is_hidden=True),
        bf.columns(4, 300, width=0),
        bf.merge((0, 0, 0, 3), (2, 0, 3, 0)),
        bf.number(3, 0, 1),
    ]
    sheet = one(*records)
    assert (sheet.hidden_rows, sheet.filtered_rows, sheet.is_hidden) == ({1, 2}, set(), False)
    assert sheet.hidden_columns == {1, 2, *range(4, 256)}
    assert sheet.merges == [(0, 0, 0, 3), (2, 0, 3, 0)]
    assert one(*records, bf.record(0x009B)).filtered_rows == {1, 2}
    assert read(bf.workbook(bf.worksheet(), state=2)).sheets[0].is_hidden


def test_rows_that_are_not_told_may_be_hidden_together():
    default = bf.record(0x0225, struct.pack("<HH", 2, 0))
    sheet = one(default, bf.row_record(0), bf.number(0, 0, 1), bf.number(1, 0, 2))
    assert sheet.hidden_rows == {1}


def test_a_struck_cell_is_one_whose_every_letter_is_struck():
    fonts = [bf.font(), bf.font(), bf.font(), bf.font(), bf.font(is_struck=True)]  # there is no 4
    formats = [bf.cell_format(), bf.cell_format(font=5)]
    texts = [
        bf.text8("甲"),
        bf.rich_text8("甲乙", (0, 5)),
        bf.rich_text8("甲乙", (1, 5)),
        bf.rich_text8("甲乙", (0, 5), (1, 0)),
    ]
    cells = [bf.number(0, 0, 1, 1), bf.number(0, 1, 1, 0)]
    cells += [bf.shared(1, n, n, 0) for n in range(4)]
    cells += [bf.shared(2, n, n, 1) for n in range(4)]
    sheet = one(*cells, before=[*fonts, *formats, bf.table_of_texts(*texts)])
    assert sheet.struck_cells == {(0, 0), (1, 1), (2, 0), (2, 1), (2, 2)}


def sheet_without_end():
    return bf.stream(bf.worksheet(bf.number(0, 0, 1)))[:-4]


def two_sheets_at_one_place():
    place = struct.pack("<IBB", 100, 0, 0)
    bound = bf.record(bf.BOUNDSHEET, place + bf.text8("甲", length="<B"))
    return bf.bof(5) + bound * 2 + bf.record(bf.EOF) + bf.worksheet()


DAMAGED = {
    "a sheet without end": sheet_without_end(),
    "a sheet that lies nowhere": bf.stream(bf.worksheet())[: -len(bf.worksheet())],
    "two sheets at one place": two_sheets_at_one_place(),
    "a workbook without end": bf.bof(5) + bf.record(bf.CODEPAGE, b"\0\0"),
    "a text that is not in the table": bf.stream(bf.worksheet(bf.shared(0, 0, 7))),
    "a record too short": bf.stream(bf.worksheet(), bf.worksheet(bf.record(0x0203, b"\0" * 3))),
    "a text cut off": bf.stream(bf.worksheet(bf.label(0, 0, b"\xff\0\0ab"))),
    "a version nobody knows": bf.stream(bf.worksheet(), version=0x0777),
    "an encrypted stream": bf.stream(bf.worksheet(), before=[bf.record(bf.FILEPASS, b"\0" * 6)]),
    "nothing": b"",
    "a file without a workbook": write_ole({"WordDocument": b"text"}),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_said_and_never_half_read(what):
    with pytest.raises(UnreadableFileError, match="损坏"):
        read_xls(DAMAGED[what], LIMITS)


def test_what_excel_4_wrote_is_named():
    with pytest.raises(UnreadableFileError, match=r"Excel 4\.0"):
        read_xls(bf.record(0x0409, b"\0\0\x10\0\0\0"), LIMITS)


def test_more_cells_or_merges_than_allowed_are_refused():
    limits = ReadingLimits(max_cells=3)
    for records in ([bf.several_rk(0, 0, *[2] * 4)], [bf.merge(*[(0, 0, 0, 1)] * 4)]):
        with pytest.raises(UnreadableFileError, match="超过 3 个"):
            read_xls(bf.workbook(bf.worksheet(*records)), limits)


@pytest.mark.parametrize("keep", range(0, 5632, 256))
def test_a_file_cut_short_is_whole_or_refused(keep):
    data = a_file("\n".join(f"项目{n} | {n} | '{n:03}" for n in range(60)), ending=".xls")
    whole = read(data).sheets[0].rows
    try:
        part = read(data[:keep]).sheets
    except UnreadableFileError:
        return
    assert [sheet.rows for sheet in part] == [whole], "only padding may be missing"


def test_a_cell_that_the_reader_loses_is_noticed_by_the_count(monkeypatch):
    data = bf.workbook(bf.worksheet(bf.rk(0, 0, 6), bf.number(0, 1, 1)))
    handlers = SheetReader._handlers
    monkeypatch.setattr(
        SheetReader,
        "_handlers",
        lambda self: {k: v for k, v in handlers(self).items() if k != 0x27E},
    )
    assert read_xls(data, LIMITS).sheets[0].filled_cells == 1
    assert count_xls(data, LIMITS) == {0: 2}


CELLS = st.dictionaries(
    st.tuples(st.integers(0, 300), st.integers(0, 255)),
    st.one_of(
        st.text(st.characters(codec="utf-16", exclude_categories=["Cs"]), min_size=1, max_size=40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(1 << 29), 1 << 29),
        st.booleans(),
    ),
    max_size=40,
)


@given(CELLS)
def test_what_another_writer_wrote_is_read(cells):
    workbook = xlwt.Workbook(encoding="utf-8")
    page = workbook.add_sheet("台账")
    for (row, column), value in cells.items():
        page.write(row, column, value)
    buffer = io.BytesIO()
    workbook.save(buffer)
    (sheet,) = read(buffer.getvalue()).sheets
    told = {(row, column): v for row, values in sheet.rows.items() for column, v in values.items()}
    assert told == cells
    assert all(isinstance(told[place], bool) == isinstance(cells[place], bool) for place in cells)
