"""Comparisons with earlier returns look at the right earlier return, and only at that."""

import pytest
from small_district import Arrival, a_desk, rule_ids

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
