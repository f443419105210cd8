"""What stands above a table: title, submitter, unit of money, period."""

import pytest
from grids import a_sheet
from small_district import DISTRICT

from pipelines.workbooks.periods import PeriodMention
from pipelines.workbooks.preamble import file_period, read_preamble


def preamble(text):
    sheet = a_sheet(text)
    return read_preamble(sheet, len(sheet.rows), DISTRICT.units_by_name)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位：亿元", "亿元"),
        ("计量单位:元", "元"),
        ("（单位：万元）", "万元"),
        ("（万元）", "万元"),
        ("填报单位：甲镇      单位：万元", "万元"),
        ("投资单位：千元", "千元"),
        ("填报单位：甲镇", None),
        ("单位：个", None),
        ("一万元以上项目", None),
    ],
)
def test_the_unit_line_tells_the_unit_of_money(line, unit):
    assert preamble(f"进展情况表\n{line}").money_unit == unit


@pytest.mark.parametrize(
    ("line", "code", "cell"),
    [
        ("填报单位：甲镇", "jia", "A2"),
        ("填报单位（盖章）：甲镇人民政府", "jia", "A2"),
        ("填 报 单 位：乙镇", "yi", "A2"),
        (" | 填报单位：乙镇  填报日期：7月4日", "yi", "B2"),
        ("填报单位： | 发改局", "fagai", "B2"),
        ("填报单位：丙镇", None, "A2"),
    ],
)
def test_the_submitter_is_found_with_its_cell(line, code, cell):
    read = preamble(f"进展情况表\n{line}")
    assert (read.submitter_code, read.submitter.cell) == (code, cell)


@pytest.mark.parametrize("line", ["填报单位：", "填报单位：____", "单位：万元"])
def test_a_submitter_left_open_is_no_submitter(line):
    assert preamble(f"进展情况表\n{line}").submitter is None


def test_the_day_of_filing_is_no_period():
    read = preamble("2019年6月进展情况表\n填报日期：2019年7月4日 | 制表时间：2019-07-04")
    assert [told.mention for told in read.periods] == [PeriodMention(2019, 6)]


def test_a_labelled_period_comes_after_the_title():
    read = preamble("2019年进展情况表\n报表期： | 2019年6月")
    told = [(period.mention, period.cell, period.source) for period in read.periods]
    assert told[0] == (PeriodMention(2019), "A1", "title")
    assert told[-1] == (PeriodMention(2019, 6), "B2", "label")


@pytest.mark.parametrize(
    ("name", "mention"),
    [
        ("城管局6月份进展情况表（补报）.xlsx", PeriodMention(month=6)),
        ("2019年3月.xlsx.xlsx", PeriodMention(2019, 3)),
        ("报表2019.3.xls", PeriodMention(2019, 3)),
        ("报表-2019-03.xlsx", PeriodMention(2019, 3)),
    ],
)
def test_the_period_in_a_file_name(name, mention):
    assert file_period(name).mention == mention


@pytest.mark.parametrize("name", ["报表.xlsx", "附件1.xls", "20190704.xlsx", "报表(2).xlsx"])
def test_a_file_name_without_a_period_tells_none(name):
    assert file_period(name) is None
