"""What an answer is called: a name on every system, whatever the return was called."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.feedback.file_names import ANSWER_SUFFIX, answer_stem


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("6月进展.xlsx", "6月进展"),
        ("6月进展（校验意见）.xlsx", "6月进展"),
        ("甲镇.6月.xls", "甲镇.6月"),
        ("无结尾", "无结尾"),
        (r"..\..\startup.xlsx", "startup"),
        ("~$6月.xlsx", "$6月"),
        ("..xlsx", "报表"),
        ("...", "报表"),
        ("", "报表"),
        ("CON.2.xlsx", "_CON.2"),
        ("lpt1 .xlsx", "_lpt1"),
        ("a\nb\x1b[2J.xlsx", "a b_x1b[2J"),
        ("\u202excod.xlsx", "_u202excod"),
        ('<b>"x"|?*.xlsx', "_b__x____"),
    ],
)
def test_the_answer_is_called_after_the_return(sent, answered):
    assert answer_stem(sent) == answered + ANSWER_SUFFIX


@given(st.text(st.characters(codec=None)) | st.text("./\\ \x00\n😀报aux:~"))
def test_every_name_can_be_written_anywhere(sent):
    name = f"{answer_stem(sent)}.xlsx"
    assert len(os.fsencode(name)) <= 255
    assert not set(name) & set('<>:"/\\|?*\x00\n\r')
    assert not name.startswith((".", "~", " "))
    assert answer_stem(name) == name.removesuffix(".xlsx")
