"""The headings of cross-tables are walked from the top; the heading above or the column beside decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_district import a_form

from pipelines.workbooks.cross_headings import CrossTableBook, split_heading

BOOKS = {
    form_id: CrossTableBook(a_form(form_id)) for form_id in ("target_breakdown", "indicator_report")
}


def meaning(levels, left=None, form_id="target_breakdown"):
    parts = tuple(words for level in levels.split(" > ") if (words := split_heading(level).words))
    return BOOKS[form_id].meaning_beside(parts, left)


def field(levels, left=None, form_id="target_breakdown"):
    found = meaning(levels, left, form_id)
    return found.field if found else None


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("固定资产投资", "fai"),
        ("固 定 资\n产投资（亿元）", "fai"),
        ("固投", "fai"),
        ("固定资产投资任务指标（亿元）", "fai"),
        ("固定资产投资额（亿元）", "fai"),
        ("2019年固定资产投资", "fai"),
        ("一、固定资产投资", "fai"),
        ("协税护税目标", "tax"),
        ("飞地经济项目总额", "enclave"),
        ("新开工（个）", "starts"),
        ("新开工（5000万元以上）项目", "starts"),
        ("项目建设 > 新开工项目", "starts"),
        ("项目建设（个） > 新开工项目 > 总数", "starts"),
        ("新开工项目 > 合计（个）", "starts"),
        ("新开工项目 > （个）", "starts"),
        ("新开工项目 > 其中：亿元以上", "starts_yi"),
        ("新开工项目 > 其中亿元以上项目", "starts_yi"),
        ("新开工项目 > 亿元以上", "starts_yi"),
        ("新开工项目 > 其中 > 亿元以上（个）", "starts_yi"),
        ("项目建设 > 竣工项目 > 其中：亿元以上", "completions_yi"),
        ("亿元以上新开工项目", "starts_yi"),
        ("年度目标 > 固定资产投资", "fai"),
        ("固定资产投资 > 任务数", "fai"),
        ("固定资产投资 > 2019年 > 目标", "fai"),
        ("序号", "sequence_no"),
        ("镇（街道）", "unit_name"),
        ("备注", "remarks"),
    ],
)
def test_a_heading_of_any_number_of_levels_names_its_column(levels, expected):
    assert field(levels) == expected


@pytest.mark.parametrize(
    "levels",
    [
        "工业投资",
        "亿元以上",
        "其中：亿元以上",
        "储备项目 > 其中：亿元以上",
        "储备项目亿元以上",
        "固定资产投资 > 工业投资",
        "固定资产投资 > 工业投资 > 任务",
        "固定资产投资（上级口径）",
        "目标",
    ],
)
def test_what_no_indicator_is_called_is_unknown_and_never_guessed(levels):
    assert meaning(levels) is None


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("starts", "starts_yi"),
        ("starts_yi", "starts_yi"),
        ("completions", "completions_yi"),
        ("reserve", None),
        (None, None),
    ],
)
@pytest.mark.parametrize(
    "levels", ["其中：亿元以上", "其中 > 亿元以上", "亿元以上", "项目建设 > 其中：亿元以上"]
)
def test_a_flat_part_belongs_to_the_indicator_on_its_left(levels, left, expected):
    assert field(levels, left) == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("固定资产投资 > 完成", "fai"),
        ("固定资产投资 > 1-6月完成", "fai"),
        ("固定资产投资 > 2019年1-6月累计完成（万元）", "fai"),
        ("固定资产投资 > 截至6月底累计", "fai"),
        ("固定资产投资任务完成情况", "fai"),
        ("固定资产投资完成额（亿元）", "fai"),
        ("指标完成情况 > 固定资产投资 > 实际完成", "fai"),
        ("1-6月完成 > 固定资产投资", "fai"),
        ("新开工项目 > 完成 > 其中：亿元以上", "starts_yi"),
        ("新开工项目 > 其中：亿元以上 > 完成", "starts_yi"),
    ],
)
def test_words_for_what_was_done_are_the_indicator_of_a_report(levels, expected):
    assert field(levels, form_id="indicator_report") == expected


@pytest.mark.parametrize(
    "levels",
    [
        "固定资产投资 > 目标",
        "固定资产投资目标任务",
        "固定资产投资任务指标",
        "固定资产投资 > 完成率（%）",
        "固定资产投资 > 任务完成率",
        "固定资产投资 > 排名",
        "年度目标 > 固定资产投资",
        "固定资产投资 > 本月完成",
        "固定资产投资 > 6月完成",
        "6月固定资产投资",
    ],
)
def test_what_stands_beside_the_figure_of_a_report_is_no_figure(levels):
    found = meaning(levels, form_id="indicator_report")
    assert (found.field, found.reference_to) == ("", "fai")


def test_a_rate_without_a_heading_above_belongs_to_the_column_on_its_left():
    assert meaning("完成率", "tax", "indicator_report").reference_to == "tax"
    assert meaning("完成率", None, "indicator_report") is None


@pytest.mark.parametrize(
    ("levels", "year", "month"),
    [
        ("2018年固定资产投资", 2018, None),
        ("固定资产投资 > 2019年1-6月完成", 2019, 6),
        ("2019年 > 固定资产投资 > 1—11月完成", 2019, 11),
        ("固定资产投资 > 上半年完成", None, 6),
        ("固定资产投资 > 前三季度累计完成", None, 9),
        ("固定资产投资 > 截至六月底", None, None),
    ],
)
def test_the_year_and_month_a_heading_names_are_told(levels, year, month):
    found = meaning(levels, form_id="indicator_report")
    told = (found.year, found.month) if found else (None, None)
    assert told == (year, month)


@pytest.mark.parametrize(
    ("written", "words", "units"),
    [
        ("固定资产投资（亿元）", "固定资产投资", ("亿元",)),
        ("固定资产投资\n(单位：万元)", "固定资产投资", ("万元",)),
        ("新开工项目（个）", "新开工项目", ("个",)),
        ("完成率（％）", "完成率", ("%",)),
        ("主要指标（个、亿元）", "主要指标", ("个", "亿元")),
        ("（个）", "", ("个",)),
        ("万元", "", ("万元",)),
        ("储备亿元以上项目", "储备亿元以上项目", ()),
        ("新开工（5000万元）", "新开工(5000万元)", ()),
        ("固定资产投资，亿元", "固定资产投资", ("亿元",)),
    ],
)
def test_a_heading_is_split_into_words_and_units(written, words, units):
    split = split_heading(written)
    assert (split.words, split.units) == (words, units)


def test_the_nearest_heading_is_proposed():
    near, likeness = BOOKS["target_breakdown"].nearest_heading(("固定资产投姿任务",))
    assert near == "固定资产投资" and likeness > 0.75


GROUPS = st.lists(
    st.sampled_from(["项目建设", "经济指标", "重点工作任务", "2019年", "主要指标"]), max_size=2
)
WHOLE = st.lists(
    st.sampled_from(["总数", "合计（个）", "（个）", "任务", "2019年任务数"]), max_size=2
)


@given(
    groups=GROUPS,
    name=st.sampled_from(["starts", "completions"]),
    whole=WHOLE,
    is_part=st.booleans(),
)
def test_groups_above_and_words_below_never_change_which_indicator_it_is(
    groups, name, whole, is_part
):
    label = {"starts": "新开工项目", "completions": "竣工项目（个）"}[name]
    part = ["其中：亿元以上"] if is_part else []
    levels = " > ".join([*groups, label, *whole, *part])
    assert field(levels) == (f"{name}_yi" if is_part else name)
