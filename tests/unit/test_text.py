"""Equal names, codes and placeholders are equal however they were typed."""

import json
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.text import (
    cell_name,
    column_letter,
    compact,
    display_name,
    escape_formula,
    is_placeholder,
    name_key,
    one_line,
    plain_lines,
    printable_json,
    project_code,
    text_code,
    unescape_formula,
)


@pytest.mark.parametrize(
    "written",
    [
        "高铁商圈整体提升（四桥七路）",
        "高铁商圈整体提升(四桥七路)",
        " 高铁商圈 整体提升\n（四桥七路） ",
        "高铁商圈整体提升〔四桥七路〕",
        "★高铁商圈整体提升（四桥七路）",
        "高铁商圈整体提升（四桥七路）▲",
        "高铁商圈整体提升\u3000（四桥七路）",
        "高铁商圈\u200b整体提升(四桥七路)☆△●",
    ],
)
def test_a_name_is_compared_without_spaces_breaks_bracket_width_and_markers(written):
    assert name_key(written) == name_key("高铁商圈整体提升(四桥七路)")


def test_full_width_letters_and_digits_are_the_same_name():
    assert name_key("ＲＢＤ５号路") == name_key("RBD5号路") == name_key("rbd5号路")


@pytest.mark.parametrize(
    ("one", "other"), [("滨河路一期", "滨河路二期"), ("三纬路", "三经路"), ("甲路", "甲路工程")]
)
def test_different_names_stay_different(one, other):
    assert name_key(one) != name_key(other)


@given(st.text(max_size=40))
def test_the_comparison_form_of_a_comparison_form_is_itself(text):
    assert name_key(name_key(text)) == name_key(text)


def test_a_shown_name_is_one_line_and_otherwise_as_written():
    assert display_name(" 滨河路\n道路（一期）★ ") == "滨河路 道路（一期）★"


@pytest.mark.parametrize(
    "written",
    [
        "2019-130802-48-03-000123",
        "2019－130802－48－03－000123",
        "2019—130802—48—03—000123",
        "2019130802480300 0123",
        "20191308024803000123",
        "２０１９-130802-48-03-000123",
        " 2019-130802-48-03-\n000123 ",
        "2019-13080248-03-000123",
    ],
)
def test_a_project_code_gets_its_hyphens_back(written):
    assert project_code(written) == "2019-130802-48-03-000123"


@pytest.mark.parametrize("written", ["13087120190001", "冀发改审批〔2019〕12号", "2019-130802-48"])
def test_a_code_of_another_length_is_not_guessed(written):
    assert project_code(written).replace("-", "") == compact(written).upper().replace("-", "")
    assert project_code(written).count("-") == written.count("-")


def test_a_text_code_is_compact_and_upper_case():
    assert text_code(" 130871t0001 ") == "130871T0001"


@pytest.mark.parametrize(
    "written", ["-", "--", "/", "—", "——", "－", "无", "暂无", " — ", "…", "／", "\u3000/"]
)
def test_strokes_and_words_for_nothing_are_placeholders(written):
    assert is_placeholder(written)


@pytest.mark.parametrize("written", ["0", "无名路", "-5", "1/2", "", "合计"])
def test_a_value_is_no_placeholder(written):
    assert not is_placeholder(written)


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "A1"), (4, 2, "C5"), (0, 25, "Z1"), (0, 26, "AA1"), (9, 701, "ZZ10"), (0, 702, "AAA1")],
)
def test_cells_are_named_as_in_excel(row, column, name):
    assert cell_name(row, column) == name


@given(st.integers(0, 16_383))
def test_column_letters_tell_the_column(column):
    number = 0
    for letter in column_letter(column):
        number = number * 26 + ord(letter) - 64
    assert number - 1 == column


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "＠x",
        "－1+1",
        "-1+1",
        "-cmd",
        "-1-1",
    ],
)
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text):
    assert escape_formula(text) == f"'{text}"
    assert escape_formula(escape_formula(text)) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "滨河路",
        "1200",
        "-500",
        "-1,200.50",
        "-3%",
        "-",
        "—",
        "－",
        "---",
        "'=1",
        "a=1",
        " -500",
    ],
)
def test_numbers_strokes_and_words_stay_as_they_are(text):
    assert escape_formula(text) == text


@given(st.text() | st.text("'=+-@\t\r\n＝＋－＠ 1,.%甲", max_size=6))
def test_what_was_escaped_is_read_as_it_was_written(text):
    assume(not (text.startswith("'") and escape_formula(text[1:]) != text[1:]))
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", ["'18年已报", "''", "'", "'-500", "'—", "甲'=1"])
def test_an_apostrophe_that_nobody_put_there_for_safety_stays(text):
    assert unescape_formula(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("滨河路 a", "滨河路 a"),
        ("滨河路\r\n道路\t一期\u2028", "滨河路 道路 一期 "),
        ("\x1b[31m红\x9b", r"\x1b[31m红\x9b"),
        ("\u202e倒\u2066", r"\u202e倒\u2066"),
        ("\ud83d😀\U000e0041", r"\ud83d😀\U000e0041"),
        ("\x00", r"\x00"),
    ],
)
def test_a_strangers_text_is_shown_on_one_line(written, shown):
    assert one_line(written) == shown


@given(st.text(st.characters(codec=None)))
def test_what_is_shown_is_printable_and_stays_so(text):
    shown = one_line(text)
    assert shown == one_line(shown)
    assert all(
        c.isprintable() or unicodedata.category(c) in ("Cf", "Zs", "Cn", "Co") for c in shown
    )
    assert plain_lines(text).replace("\n", " ") == plain_lines(plain_lines(text)).replace("\n", " ")
    shown.encode()


@given(st.text(st.characters(codec=None)) | st.text('\x1b\x85\u2028\ud800甲"\\\n\t'))
def test_json_says_the_text_in_printable_characters(text):
    written = printable_json({"text": text}, indent=1)
    assert json.loads(written) == {"text": text}
    assert plain_lines(written) == written
