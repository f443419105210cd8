"""Every declared heading means its field, however it was typed."""

import pytest
from small_district import declared_forms

from pipelines.workbooks.headings import HeadingBook, take_apart

# What the indicators of a cross-table mean depends on the levels above: test_cross_headings.
LISTS = [form for form in declared_forms() if not form.is_cross_table]
BOOKS = {form.form_id: HeadingBook(form) for form in LISTS}
DECLARED = [
    pytest.param(form.form_id, field, alias, id=f"{form.form_id}-{alias}")
    for form in LISTS
    for field in form.fields
    for alias in field.aliases
]


def meaning(form_id, *levels):
    return BOOKS[form_id].meaning(tuple(take_apart(level).words for level in levels))


def spaced(text):
    return " ".join(text)


def broken(text):
    return text[: len(text) // 2] + "\n" + text[len(text) // 2 :]


def full_width(text):
    return text.replace("(", "（").replace(")", "）").replace("-", "－")


TYPED = {
    "as declared": lambda text: text,
    "spaces between the characters": spaced,
    "a line break inside": broken,
    "full-width brackets": full_width,
    "full-width spaces around": lambda text: f"\u3000{text}\u3000",
    "a star for required": lambda text: f"*{text}",
    "a hint in brackets": lambda text: f"{text}（必填）",
}


@pytest.mark.parametrize(("form_id", "field", "alias"), DECLARED)
def test_every_alias_means_its_field_however_it_was_typed(form_id, field, alias):
    levels = alias.replace("YYYY", "2019").replace("MM", "3").split(">")
    ways = dict(TYPED)
    if field.kind == "money":
        ways["a unit in brackets"] = lambda text: f"{text}（万元）"
        ways["a unit on its own line"] = lambda text: f"{text}\n(单位：亿元)"
        ways["a unit after a comma"] = lambda text: f"{text}，万元"
    for way, typed in ways.items():
        found = meaning(form_id, *levels[:-1], typed(levels[-1]))
        assert found is not None and found.field == field.name, (way, typed(levels[-1]))


@pytest.mark.parametrize(("form_id", "field", "alias"), DECLARED)
def test_an_alias_that_names_a_year_or_month_tells_it(form_id, field, alias):
    found = meaning(form_id, *alias.replace("YYYY", "2018").replace("MM", "11").split(">"))
    assert found.year == (2018 if "YYYY" in alias else None)
    assert found.month == (11 if "MM" in alias else None)
    assert found.is_year_before == ("YYYY年底" in alias)


@pytest.mark.parametrize(
    ("heading", "words", "unit"),
    [
        ("总投资（万元）", "总投资", "万元"),
        ("总投资\n(单位：亿元)", "总投资", "亿元"),
        ("总投资【元】", "总投资", "元"),
        ("总投资,亿元", "总投资", "亿元"),
        ("总 投 资", "总投资", None),
        ("单元数", "单元数", None),
        ("项目代码（备案证号）", "项目代码(备案证号)", None),
    ],
)
def test_a_heading_is_taken_apart_into_words_and_unit(heading, words, unit):
    taken = take_apart(heading)
    assert (taken.words, taken.unit) == (words, unit)


@pytest.mark.parametrize(
    ("form_id", "levels", "field"),
    [
        # The same words under another parent mean another thing (domain.md §1.2).
        ("project_ledger", ("2019年计划投资", "计划总投资"), "plan_year_wanyuan"),
        ("project_ledger", ("资金来源", "计划总投资"), "total_investment_wanyuan"),
        ("project_ledger", ("计划总投资",), "total_investment_wanyuan"),
        ("progress_report", ("投资完成情况", "本月"), "investment_month_wanyuan"),
        ("progress_report", ("完成投资", "本年累计"), "investment_ytd_wanyuan"),
        ("progress_report", ("2019年3月完成投资",), "investment_month_wanyuan"),
        ("progress_report", ("2019年1-3月累计完成投资",), "investment_ytd_wanyuan"),
        ("statistics_fai", ("本年完成投资",), "ytd_wanyuan"),
        ("statistics_fai", ("其中", "建筑工程"), "construction_wanyuan"),
    ],
)
def test_a_heading_of_two_levels_is_read_with_its_parent(form_id, levels, field):
    assert meaning(form_id, *levels).field == field


@pytest.mark.parametrize(
    ("form_id", "levels"),
    [
        ("project_ledger", ("计划投资", "市财政")),
        ("project_ledger", ("计划投资", "第一季度")),
        ("project_ledger", ("项目名单",)),
        ("progress_report", ("完成情况",)),
        ("progress_report", ("本月计划投资",)),
        ("progress_report", ("本月完成投资率",)),
        ("statistics_fai", ("上年同期累计完成投资",)),
    ],
)
def test_words_that_only_resemble_a_heading_mean_nothing(form_id, levels):
    assert meaning(form_id, *levels) is None


def test_the_nearest_known_heading_helps_the_submitter():
    near, similarity = BOOKS["progress_report"].nearest_heading(("本年累积完成投资",))
    assert near == "本年累计完成投资" and similarity > 0.75
