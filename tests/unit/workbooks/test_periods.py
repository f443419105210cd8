"""Periods named in titles, cells and file names."""

import pytest

from pipelines.workbooks.periods import PeriodMention, mentioned_period, period_id


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025年3月重点项目进展情况表", "2025-03"),
        ("2025年03月份报表", "2025-03"),
        ("２０２５年３月", "2025-03"),
        ("2025 年 3 月", "2025-03"),
        ("2025年1-3月固定资产投资", "2025-03"),
        ("2025年1—12月", "2025-12"),
        ("2025年1至3月", "2025-03"),
        ("2025年1月至3月", "2025-03"),
        ("截至2025年3月底", "2025-03"),
        ("2025-03", "2025-03"),
        ("2025.3", "2025-03"),
        ("2025/12", "2025-12"),
        ("报表202503", "2025-03"),
        ("2025年3月上半月", "2025-03-H1"),
        ("2025年3月下半月", "2025-03-H2"),
        ("2025-03-H2", "2025-03-H2"),
        ("承德高新区2025年10月（第二次）", "2025-10"),
    ],
)
def test_a_month_or_half_month_is_read(text, period):
    mention = mentioned_period(text)
    assert mention is not None and period_id(mention, "month") == period


@pytest.mark.parametrize("text", ["2025年重点项目台账", "2025年度计划", "重点项目2025", "2025年"])
def test_a_year_alone_is_a_year_and_no_month(text):
    mention = mentioned_period(text)
    assert mention == PeriodMention(2025)
    assert period_id(mention, "year") == "2025"
    assert period_id(mention, "month") is None


@pytest.mark.parametrize(
    "text",
    [
        "附件14 2024年目标任务分解表", "附件1 2024年目标任务", "附件1：2024年任务", "附件-3 2024年", "附件12024年任务",
        "附件一 2024年任务", "附表2 2024年任务",
    ],
)  # fmt: skip
def test_the_number_of_an_annex_is_no_part_of_the_year(text):
    assert mentioned_period(text) == PeriodMention(2024)


@pytest.mark.parametrize("text", ["城管局6月份进展情况表", "（6月）", "附件1：上板城镇（6月）.xls"])
def test_a_month_without_a_year_is_as_much_as_it_says(text):
    mention = mentioned_period(text)
    assert mention == PeriodMention(month=6)
    assert period_id(mention, "month") is None


@pytest.mark.parametrize(
    "text",
    [
        "2020年1月5日",
        "2020年12月31日",
        "2020-01-05",
        "2020.1.5",
        "2020/1/5",
        "20200105",
        "1月5日",
        "12月31号",
        "重点项目进展情况表",
        "",
        "30个项目",
    ],
)
def test_a_date_with_a_day_or_a_number_is_no_period(text):
    assert mentioned_period(text) is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2022年第30周问题台账", "2022-W30"),
        ("问题台账（2022年度第3周）", "2022-W03"),
        ("2022-W30", "2022-W30"),
        ("台账2022W05.xlsx", "2022-W05"),
        ("2020年第53周", "2020-W53"),
        ("2021年第53周", None),
        ("2022年第0周", None),
    ],
)
def test_a_week_of_the_year_is_read(text, period):
    mention = mentioned_period(text)
    assert mention is not None and period_id(mention, "any") == period
    assert period_id(mention, "month") is None


@pytest.mark.parametrize("text", ["7月第2周", "2022年7月第二周工作", "2022年7月份第3周"])
def test_the_weeks_of_a_month_are_nobodys_guess(text):
    assert mentioned_period(text) is None


def test_forty_years_of_something_are_no_week():
    assert mentioned_period("庆祝建区2022年40周年项目") == PeriodMention(2022)


@pytest.mark.parametrize(
    ("text", "period"),
    [("2022年节点计划", "2022"), ("2022年5月", "2022-05"), ("2022年5月下半月", "2022-05-H2")],
)
def test_of_any_kind_is_the_most_exact_period_told(text, period):
    mention = mentioned_period(text)
    assert mention is not None and period_id(mention, "any") == period


def test_a_week_has_no_month_and_agrees_with_none():
    week, month = PeriodMention(2022, week=30), PeriodMention(2022, 7)
    assert not week.agrees_with(month) and not month.agrees_with(week)
    assert PeriodMention(2022).completed_by(week).label() == "2022年第30周"


def test_a_period_beside_a_date_is_read():
    assert mentioned_period("2019年12月（2020年1月5日填报）") == PeriodMention(2019, 12)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (PeriodMention(2025), PeriodMention(month=3), True),
        (PeriodMention(2025, 3), PeriodMention(2025), True),
        (PeriodMention(2025, 3), PeriodMention(2025, 4), False),
        (PeriodMention(2025, 3), PeriodMention(2024, 3), False),
        (PeriodMention(2025, 3, 1), PeriodMention(2025, 3, 2), False),
        (PeriodMention(), PeriodMention(2025, 3, 1), True),
    ],
)
def test_mentions_agree_where_neither_contradicts(one, other, agree):
    assert one.agrees_with(other) is agree
    assert other.agrees_with(one) is agree


def test_what_one_mention_leaves_open_another_completes():
    assert PeriodMention(2025).completed_by(PeriodMention(2024, 3, 2)) == PeriodMention(2025, 3, 2)
    assert PeriodMention(2025, 3, 2).label() == "2025年3月下半月"
