"""Normalising twice is normalising once, and no text makes an identifier stumble."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.identifiers import is_project_code, is_uscc, uscc_check_character
from pipelines.periods import period_order, period_words, read_period, return_period
from pipelines.text import (
    compact,
    display_name,
    is_placeholder,
    name_key,
    one_line,
    project_code,
    text_code,
)

ANY_TEXT = st.text(st.characters(codec=None)) | st.text(
    "0123456789-－—_~ー一ABCß΅ŉ０９٣★▲（）【】“\u200b\u202a\u0301\u3000 \n\x00", max_size=30
)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    "normalise", [compact, name_key, display_name, text_code, project_code, one_line]
)
@given(text=ANY_TEXT)
@example(text="e\u200b\u0301")
@example(text="ΐ甲")
def test_what_is_normal_stays_as_it_is(normalise, text):
    once = normalise(text)
    assert normalise(once) == once


@given(
    ANY_TEXT,
    st.sampled_from(["\u200b", "\u202a", " ", "\n", "\ufeff", "\u2066", "\ufe0f"]),
    st.integers(0, 30),
)
def test_what_nobody_sees_tells_no_two_names_apart(text, unseen, place):
    key = name_key(text)
    assert name_key(key[:place] + unseen + key[place:]) == key


@given(ANY_TEXT)
@example("91٣٣٣٣٣٣0000000000")
@example("202٣-410902-01-01-123456")
def test_any_text_is_a_code_or_none(text):
    assert is_uscc(text) in (True, False)
    assert is_project_code(text) in (True, False)
    assert is_placeholder(text) in (True, False)
    assert not is_project_code(text) or text.isascii()


@given(
    st.text(ALPHABET, min_size=10, max_size=10).filter(lambda t: t[9:] in ALPHABET),
    st.integers(0, 999_999),
)
def test_a_credit_code_with_its_check_character_passes_and_no_other(tail, region):
    first = f"91{region:06d}{tail[:9]}"
    check = uscc_check_character(first)
    assert [c for c in ALPHABET if is_uscc(first + c)] == [check]


@given(
    st.integers(1, 12), st.integers(0, 99_9999), st.text("0123456789ABC", min_size=10, max_size=10)
)
def test_a_project_code_is_mended_however_its_hyphens_were_lost(month, region, rest):
    groups = (f"23{month:02d}", f"{region:06d}", rest[:2], rest[2:4], rest[4:])
    whole = "-".join(groups)
    for between in ("", " ", "－", "—", "‑", "\u200b-"):
        assert project_code(between.join(groups)) == whole


@given(ANY_TEXT)
def test_any_text_is_a_period_or_none(text):
    period = return_period(text)
    if period is not None:
        assert read_period(text) == period
        assert period_words(text)
        assert period_order(text).startswith(text)
        assert period.starts <= period.ends
