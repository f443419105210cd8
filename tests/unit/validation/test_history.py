"""Comparisons with earlier returns look at the right earlier return, and only at that."""

import pytest
from small_district import Arrival, a_desk, declared_forms, rule_ids

from pipelines.validation.item_history import keeps_items

LEDGER = """
2019年重点项目台账（单位：万元）
项目代码 | 项目名称 | 总投资 | 年度计划投资 | 责任单位
2019-130871-48-03-000001 | 滨河路 | 5000 | 2000 | 甲镇
 | 三纬路 | 3000 | 1000 |
"""
PROGRESS = """
2019年{month}月进展情况表（单位：万元）
项目代码 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 备注
{code} | {name} | {this} | {ytd} | {why}
"""
CODE = "2019-130871-48-03-000001"


def ledger(grid=LEDGER, unit="jia"):
    return Arrival(unit, grid, file_name="台账.xlsx")


def month(number, ytd, this="", unit="jia", name="滨河路", code="", why="", half=""):
    grid = PROGRESS.format(month=number, code=code, name=name, this=this, ytd=ytd, why=why)
    return Arrival(unit, grid.replace("月进展", f"月{half}进展"))


@pytest.fixture
def desk():
    with a_desk(are_rows_judged=False) as desk:
        desk.load({"ledger": ledger()})
        yield desk


def judged(desk, arrival, name="judged"):
    """The rules against earlier returns that an arrival breaks."""
    return rule_ids(desk.load({name: arrival}), name)


def test_a_year_to_date_is_compared_with_the_last_accepted_month_even_over_a_gap(desk):
    assert judged(desk, month(1, 100), "january") == set()
    assert judged(desk, month(4, 90)) == {"PRG-302"}


def test_december_is_not_compared_with_january_of_the_next_year(desk):
    judged(desk, month(12, 900), "december")
    following = Arrival("jia", month(1, 5).grid.replace("2019年", "2020年"))
    assert "PRG-302" not in judged(desk, following)


def test_a_refused_return_is_compared_with_by_nobody(desk):
    judged(desk, month(1, 100), "january")
    assert judged(desk, month(2, 900, name="无名路"), "refused") == {"PRG-301"}
    assert desk.outcome("refused").status == "refused"
    assert judged(desk, month(3, 120)) == set()


def test_a_superseded_version_is_compared_with_by_nobody(desk):
    judged(desk, month(1, 500), "first")
    judged(desk, month(1, 100), "second")
    assert judged(desk, month(2, 110)) == set()


def test_a_return_is_not_compared_with_the_version_it_replaces(desk):
    judged(desk, month(1, 500), "first")
    assert judged(desk, month(1, 100)) == set()


def test_last_month_and_this_month_make_the_year_to_date(desk):
    judged(desk, month(1, 100, 100), "january")
    assert judged(desk, month(2, 150, 50), "right") == set()
    assert judged(desk, month(3, 200, 40), "wrong") == {"PRG-303"}
    assert judged(desk, month(5, 300, 10), "after a gap") == set()


def test_the_second_half_of_a_month_follows_the_first(desk):
    assert judged(desk, month(3, 100, half="上半月"), "first half") == set()
    assert judged(desk, month(3, 90, half="下半月")) == {"PRG-302"}


def test_a_whole_month_does_not_come_before_its_own_halves(desk):
    found = desk.load({"half": month(3, 90, half="上半月"), "whole": month(3, 100)})
    assert [f.rule_id for f in found] == []


def test_a_project_is_known_by_its_code_whatever_it_is_called(desk):
    assert judged(desk, month(1, 100, name="滨河大道", code=CODE)) == set()


def test_a_project_is_known_by_its_name_where_no_code_is_given(desk):
    assert judged(desk, month(1, 100, name="滨 河路★")) == set()
    assert judged(desk, month(1, 100, name="三纬路", unit="yi"), "other unit") == set()


def test_a_known_name_under_a_foreign_code_is_another_project(desk):
    foreign = "2019-130871-48-03-000099"
    assert judged(desk, month(1, 100, code=foreign)) == {"PRG-301"}


def test_a_project_that_got_a_code_later_is_still_the_same(desk):
    judged(desk, month(1, 100, name="三纬路"), "january")
    coded = LEDGER.replace(" | 三纬路", "2019-130871-48-03-000002 | 三纬路")
    desk.load({"adjusted": ledger(coded)})
    late = month(2, 90, name="三纬路", code="2019-130871-48-03-000002")
    assert judged(desk, late) == {"PRG-302"}


def test_a_project_no_longer_listed_is_still_known(desk):
    desk.load({"shorter": ledger("\n".join(LEDGER.strip().splitlines()[:3]))})
    assert judged(desk, month(1, 100, name="三纬路")) == set()


def test_the_most_similar_known_name_is_offered(desk):
    (finding,) = desk.load({"judged": month(1, 100, name="滨江路")})
    assert "滨河路" in finding.value_expected and "滨河路" in finding.message


def test_another_unit_that_reports_the_same_project_is_told_where_they_differ(desk):
    judged(desk, month(1, 100), "first")
    (finding,) = desk.load({"second": month(1, 120, unit="yi")})
    assert finding.rule_id == "PRG-308"
    assert "100" in finding.value_expected and "D3" in finding.value_expected
    assert finding.place.cell == "D3"


def test_two_units_in_one_load_are_compared_too_and_only_the_later_is_told(desk):
    found = desk.load({"first": month(1, 100), "second": month(1, 120, unit="yi")})
    assert [(f.receipt_id, f.rule_id) for f in found] == [("second", "PRG-308")]


# --- lists that are carried on: what was last said of an item -----------------------------------------------

NODES = """
{period}项目节点计划表
项目名称 | 关键节点 | 计划完成时间 | 实际完成时间 | 备注
{name} | {node} | {planned} | {done} | {why}
"""
ISSUES = """
{period}问题台账
编号 | 项目名称 | 存在问题 | 提出时间 | 办结时限 | 办理状态 | 销号时间
{number} | {name} | 征地 | {raised} | {due} | {status} |
"""


def node(period, planned, node="路面", name="滨河路", done="", why=""):
    text = NODES.format(period=period, name=name, node=node, planned=planned, done=done, why=why)
    return Arrival("jia", text)


def issue(period, status, raised="2019-03-07", **more):
    told = {"due": "", "name": "滨河路", "number": "1", "unit": "jia"} | more
    return Arrival(told["unit"], ISSUES.format(period=period, status=status, raised=raised, **told))


def test_a_node_is_compared_with_what_was_last_said_of_it_even_by_the_version_replaced(desk):
    assert judged(desk, node("2019年", "2019-06-30"), "first") == set()
    assert judged(desk, node("2019年", "2019-07-31"), "replacing") == {"NOD-303"}
    assert judged(desk, node("2019年", "2019-07-31"), "again") == set()
    assert judged(desk, node("2019年", "2019-05-31"), "earlier") == set()
    assert judged(desk, node("2019年", "2019-06-30", node="路基"), "another") == set()


def test_a_promise_of_last_year_is_still_a_promise(desk):
    judged(desk, node("2019年", "2019-12-31"), "promised")
    assert judged(desk, node("2020年", "2020-03-31")) == {"NOD-303"}


def test_the_list_for_the_latest_day_counts_whenever_it_arrived(desk):
    """Closed in week 15; week 13 comes late and reopens nothing, and closes nothing for week 16 either."""
    judged(desk, issue("2019年第15周", "销号"), "week 15")
    assert judged(desk, issue("2019年第13周", "推进", due="2019-05-31"), "late week 13") == set()
    assert judged(desk, issue("2019年第16周", "推进", due="2019-06-30")) == {"ISS-303"}


def test_a_late_list_is_compared_with_what_was_said_before_its_day(desk):
    judged(desk, issue("2019年第11周", "推进", due="2019-04-30"), "week 11")
    judged(desk, issue("2019年第15周", "推进", due="2019-06-30"), "week 15")
    assert judged(desk, issue("2019年第13周", "推进", due="2019-05-31"), "week 13") == {"ISS-304"}
    assert judged(desk, issue("2019年第13周", "推进", due="2019-06-30"), "again") == {"ISS-304"}
    assert judged(desk, issue("2019年第16周", "推进", due="2019-06-30"), "week 16") == set()


def test_a_list_of_the_whole_year_speaks_for_the_day_it_was_made(desk):
    judged(desk, issue("2019年", "推进"), "made in July")
    judged(desk, issue("2019年第30周", "推进"), "made later in July")
    assert judged(desk, issue("2019年第24周", "销号"), "week 24") == set()
    assert judged(desk, issue("2019年第31周", "推进")) == set()


def test_a_review_of_another_month_is_no_other_word_on_the_same_item():
    carried_on = {f.form_id for f in declared_forms() if keeps_items(f)}
    assert "site_review" not in carried_on
    assert carried_on >= {"node_plan", "issue_ledger", "dispatch_record", "three_batches"}


def test_numbers_may_begin_anew_each_year(desk):
    judged(desk, issue("2018年第50周", "销号", "2018-03-05"), "closed in 2018")
    anew = issue("2019年第2周", "新增", "2019-01-07", name="三纬路")
    assert judged(desk, anew, "anew") == set()
    assert judged(desk, issue("2019年第3周", "推进", "2018-03-05"), "reopened") == {"ISS-303"}
    assert judged(desk, issue("2019年第4周", "推进", "2019-03-04")) == {"ISS-302"}


def test_a_number_is_its_submitters_own_and_may_be_given_again_by_nobody(desk):
    judged(desk, issue("2019年第23周", "推进"), "week 23")
    assert judged(desk, issue("2019年第24周", "推进", unit="yi"), "another unit") == set()
    assert judged(desk, issue("2020年第2周", "新增", name="三纬路"), "next year") == {"ISS-302"}


def test_an_item_with_a_reason_is_only_told(desk):
    judged(desk, node("2019年", "2019-06-30"), "first")
    found = desk.load({"moved": node("2019年", "2019-08-31", why="雨季停工")})
    assert [(f.rule_id, f.severity) for f in found] == [("NOD-303", "information")]
    assert desk.outcome("moved").status == "accepted"


DATED_LEDGER = """
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 计划开工时间 | 计划竣工时间 | 建设起止年限
滨河路 | 5000 | {start} | {end} | {span}
"""


@pytest.mark.parametrize(
    ("start", "end", "span", "planned", "is_outside"),
    [
        ("2019-03", "2020-10", "", "2018-12-31", True),
        ("2019-03", "2020-10", "", "2019-01-01", False),
        ("2019-03", "2020-10", "", "2020-12-31", False),
        ("2019-03", "2020-10", "", "2021-01-01", True),
        ("", "", "2018-2020", "2021-01-01", True),
        ("", "", "2018年至2020年", "2018-01-01", False),
        ("", "", "201803-202010", "2021-01-01", True),
        ("2019-03", "", "2018-2021", "2018-06-30", False),
        ("2019-03", "", "24个月", "2030-01-01", False),
        ("2019-03", "", "24个月", "2018-06-30", True),
        ("", "", "", "2030-01-01", False),
    ],
)
def test_a_node_lies_in_the_years_the_ledger_tells(start, end, span, planned, is_outside):
    with a_desk(are_rows_judged=False) as desk:
        desk.load({"ledger": ledger(DATED_LEDGER.format(start=start, end=end, span=span))})
        assert judged(desk, node("2019年", planned)) == ({"NOD-302"} if is_outside else set())


def test_a_reviewed_month_is_kept_apart_from_the_returns_own(desk):
    review = """
2019年观摩评比打分表
评比月份 | 项目名称 | 日常工作得分
{month} | {name} | 45
"""
    for month, name, broken in [
        ("5月", "滨河路", set()),
        ("2018年5月", "滨河路", {"REV-302"}),
        ("5月", "甲镇", set()),
        ("5月", "无名路", {"REV-301"}),
    ]:
        arrival = Arrival("fagai", review.format(month=month, name=name))
        assert judged(desk, arrival, f"{month}{name}") == broken
