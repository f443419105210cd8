"""The first sheet lists what was found, leads to the cell, and takes replies that are read again."""

import pytest
from marked import SHEET, a_finding, a_plan, a_return, a_rule, opened, saved
from openpyxl import Workbook
from package_faults import faults_of

from pipelines.feedback.marking import answer_sheet
from pipelines.feedback.marking.colours import COLOUR_OF, REPLY_COLOUR
from pipelines.feedback.marking.marked_workbook import mark_workbook
from pipelines.workbooks.own_sheets import ANSWER_SHEET, RULES_SHEET, Reply, read_replies
from pipelines.workbooks.reading import ReadingLimits, read_workbook

HEADINGS = [
    "序号", "级别", "工作表", "单元格", "栏目", "项目", "填的内容", "应当是", "怎么改", "规则",
    "原因（请选择）", "补充说明", "编号",
]  # fmt: skip
TOP = 5  # the title, two facts, the legend, then the headings


def answer(*findings, original=None, **said):
    return mark_workbook(original or a_return(), a_plan(*findings, **said))


def listed(data):
    return opened(data)[ANSWER_SHEET]


def test_title_facts_and_legend_stand_above_the_table():
    page = listed(answer(a_finding()))
    assert page["A1"].value == "校验意见：甲镇 2019年6月"
    assert [(page.cell(row, 1).value, page.cell(row, 3).value) for row in (2, 3)] == [
        ("报送单位", "甲镇"),
        ("结果", "退回，请改正后重新报送。"),
    ]
    assert page["A4"].value.startswith("怎么看：红色是错误")
    assert [cell.value for cell in page[TOP]] == HEADINGS


def test_one_row_says_everything_about_a_finding():
    page = listed(answer(a_finding("C5", "warning")))
    assert [cell.value for cell in page[TOP + 1]] == [
        1, "疑问", SHEET, "C5", "本月完成投资", "滨河路", "约10", "数字",
        "C5 不是数字，请改成 10 这样的数字。", "GEN-105", None, None, "warning-C5",
    ]  # fmt: skip
    assert page.cell(TOP + 1, 2).fill.fgColor.rgb[2:] == COLOUR_OF["warning"]


@pytest.mark.parametrize(
    ("name", "location"),
    [("乙's 表", "'乙''s 表'!C5"), ("进展情况表", "'进展情况表'!C5"), ("1月(2)", "'1月(2)'!C5")],
)
def test_the_cell_is_a_link_to_it(name, location):
    book = Workbook()
    book.active.title = name
    page = listed(answer(a_finding("C5", sheet=name), original=saved(book)))
    assert page.cell(TOP + 1, 4).hyperlink.location == location


def test_a_finding_without_a_cell_or_sheet_has_no_link():
    page = listed(answer(a_finding(None), a_finding("A1", sheet="没有的表")))
    assert [page.cell(row, 4).hyperlink for row in (TOP + 1, TOP + 2)] == [None, None]
    assert page.cell(TOP + 2, 4).value == "A1"


def test_only_a_question_offers_a_list_of_reasons_that_lets_other_words_pass():
    page = listed(
        answer(
            a_finding("C5", "warning", asks_reply=True),
            a_finding("C6"),
            a_finding("C7", "warning", asks_reply=True),
            a_finding("C8", "warning", asks_reply=True),
        )
    )
    (choice,) = page.data_validations.dataValidation
    assert str(choice.sqref) == "K6 K8:K9"
    assert choice.formula1 == '"数据属实,上月多报，本月核减"'
    assert not choice.showErrorMessage
    colours = [page.cell(TOP + n, 11).fill.fgColor.rgb[2:] for n in (1, 2)]
    assert colours == [REPLY_COLOUR, "000000"]
    assert page["K6"].number_format == "@"


@pytest.mark.parametrize(
    "reasons",
    [["甲,乙", "丙"], ["很长的原因" * 20, "又一个很长的原因" * 20]],
    ids=["comma", "long"],
)
def test_reasons_that_do_not_fit_into_a_formula_stand_on_the_hidden_sheet(reasons):
    data = answer(a_finding("C5", "warning", asks_reply=True), reply_reasons=reasons)
    formula = listed(data).data_validations.dataValidation[0].formula1
    assert formula == "'_taizhang'!$AG$2:$AG$3"
    page = opened(data)["_taizhang"]
    assert [page["AG2"].value, page["AG3"].value] == reasons
    again = mark_workbook(data, a_plan(a_finding("C5")))
    assert opened(again)["_taizhang"]["AG2"].value is None


def test_replies_known_so_far_stand_in_their_cells_and_are_read_again():
    asked = {"asks_reply": True, "finding_id": "f-1"}
    data = answer(
        a_finding("C5", "warning", reply_reason="数据属实", reply_note="见附件", **asked),
        a_finding("C6", "warning", asks_reply=True, finding_id="f-2", reply_reason="=停工"),
        a_finding("C7", "warning", asks_reply=True, finding_id="f-3"),
        a_finding("C8", "warning", asks_reply=True, finding_id="f-4", reply_reason="'18年已报"),
    )
    assert read_replies(read_workbook(data, ReadingLimits())) == [
        Reply("f-1", "数据属实", "见附件", "K6"),
        Reply("f-2", "=停工", None, "K7"),
        Reply("f-4", "'18年已报", None, "K9"),
    ]


def test_the_table_can_be_filtered_and_its_heading_stays_in_sight():
    data = answer(*[a_finding(f"C{row}") for row in range(5, 8)])
    page = listed(data)
    assert page.auto_filter.ref == "A5:M8"
    assert page.freeze_panes == "A6"
    assert page.print_title_rows == "$5:$5"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.column_dimensions["M"].hidden
    assert not page.protection.sheet


def test_a_head_too_high_for_a_small_screen_is_not_kept_in_sight():
    page = listed(answer(a_finding(), facts=[(f"事项{n}", "说明" * 60) for n in range(12)]))
    assert page.freeze_panes is None


def test_long_texts_make_their_row_higher():
    page = listed(answer(a_finding("C5"), a_finding("C6", message="请核对后改正。" * 30)))
    heights = [page.row_dimensions[TOP + n].height for n in (1, 2)]
    assert heights[0] < 60 < 150 < heights[1] < 409


def test_beyond_the_limit_a_sentence_leads_to_the_complete_list(monkeypatch):
    monkeypatch.setattr(answer_sheet, "MOST_LISTED", 3)
    data = answer(*[a_finding(f"C{row}") for row in range(5, 12)])
    page = listed(data)
    assert (
        page.cell(TOP + 4, 1).value
        == "共有 7 条意见，这里列出前 3 条，其余的见同一文件夹里的 findings.csv。"
    )
    assert page.auto_filter.ref == "A5:M8"
    assert opened(data)[SHEET]["C11"].fill.fill_type == "solid"
    assert faults_of(data) == []


def test_without_findings_the_sheet_says_so():
    page = listed(answer())
    assert page.cell(TOP + 1, 1).value == "没有发现问题。"
    assert page.auto_filter.ref is None


def test_the_rules_stand_on_the_last_sheet():
    rules = [a_rule("GEN-105"), a_rule("GEN-204", severity="warning", tolerance="0.5 万元")]
    page = opened(answer(rules=rules))[RULES_SHEET]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["规则", "版本", "级别", "名称", "怎么改", "例子", "为什么", "允许误差"],
        ["GEN-105", 2, "错误", "金额是数字", "请改成数字。", "10", "不是数字就不能相加。", None],
        [
            "GEN-204",
            2,
            "疑问",
            "金额是数字",
            "请改成数字。",
            "10",
            "不是数字就不能相加。",
            "0.5 万元",
        ],
    ]
