"""Awards, vetoes and the phased plan: read as written, contradictions named with their row."""

from decimal import Decimal

import pytest
from declared_policies import added, only_fault, policy_faults, read_policies_of

from pipelines.declarations.awards import Veto


def test_awards_and_vetoes_are_read_as_written(tmp_path):
    policies = read_policies_of(tmp_path).policies
    total, single = policies.awards
    assert (total.scope, total.group, total.winners, total.prize_wanyuan) == (
        "total", "townships", 5, Decimal(5),
    )  # fmt: skip
    assert (single.scope, single.group) == ("fai", None)
    assert policies.vetoes == (Veto("yi", 2019, "虚报", "考核办", "2019-12-20"),)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("total,综合奖,total,,5,", "row 4: award_id “total” stands in row 2 already"),
        (",综合奖,total,,5,", "row 4: award_id is blank"),
        ("a,,total,,5,", "row 4: award_name is blank"),
        ("a,奖,all,,5,", "row 4: scope is total or an indicator of indicators.csv, not “all”"),
        ("a,奖,total,streets,5,", "row 4: there is no group “streets” in units.csv (there are: departments, townships)"),
        ("a,奖,total,,0,", "row 4: winners is a whole number from 1 on, like 5, not “0”"),
        ("a,奖,total,,2.5,", "row 4: winners is a whole number"),
        ("a,奖,total,,,", "row 4: winners is blank"),
        ("a,奖,total,,5,五万", "row 4: prize_wanyuan is a plain number"),
        ("a,奖,total,,5,-2", "row 4: prize_wanyuan is -2; it cannot be negative"),
    ],
)  # fmt: skip
def test_an_award_that_cannot_be_given_is_named(tmp_path, row, expected):
    assert f"awards.csv: {expected}" in only_fault(tmp_path, **added("awards", row))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("bing,2019,虚报,,", "row 3: unit_code: there is no unit “bing” in units.csv"),
        (",2019,虚报,,", "row 3: unit_code is blank"),
        ("jia,19年,虚报,,", "row 3: year is a whole number from 2000 on, like 2019, not “19年”"),
        ("jia,2019,,,", "row 3: reason is blank"),
    ],
)
def test_a_veto_names_unit_year_and_reason(tmp_path, row, expected):
    assert f"vetoes.csv: {expected}" in only_fault(tmp_path, **added("vetoes", row))


def test_a_unit_may_have_two_vetoes_in_a_year(tmp_path):
    assert (
        len(read_policies_of(tmp_path, **added("vetoes", "yi,2019,延误上报,,")).policies.vetoes)
        == 2
    )


def test_a_planned_project_is_read_as_code_and_as_name(tmp_path):
    named, _, coded = read_policies_of(tmp_path).policies.phased_plan
    assert (named.name_key, named.period, named.planned_ytd_wanyuan) == ("滨河路", "2019-01", 100)
    assert (coded.code, coded.planned_ytd_wanyuan) == ("2019-130802-48-03-000123", Decimal("350.5"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("滨河路,Mar-19,200", "row 5: period is like 2019-06, not “Mar-19” (in Excel, format the column as text)"),
        ("滨河路,2019-03-H1,200", "row 5: period is like 2019-06"),
        (",2019-03,200", "row 5: project is blank"),
        ("滨河路,2019-03,", "row 5: planned_ytd_wanyuan is blank"),
        ("滨河路,2019-03,-1", "row 5: planned_ytd_wanyuan is -1"),
        ("滨河 路,2019-02,100", "row 5: 滨河 路 has a plan for 2019-02 in row 3 already"),
        ("20191308024803000123,2019-02,400", "row 5: 20191308024803000123 has a plan for 2019-02 in row 4"),
        ("滨河路,2019-03,99.5", "row 5: the plan of 滨河路 falls from 100 in 2019-02 (row 3) to 99.5 in 2019-03"),
    ],
)  # fmt: skip
def test_a_plan_grows_from_month_to_month(tmp_path, row, expected):
    assert f"phased_plan.csv: {expected}" in only_fault(tmp_path, **added("phased_plan", row))


def test_a_plan_starts_anew_each_year(tmp_path):
    assert read_policies_of(tmp_path, **added("phased_plan", "滨河路,2020-01,10"))


def test_faults_of_all_tables_are_told_at_once(tmp_path):
    told = policy_faults(
        tmp_path,
        **added("awards", "a,,total,,5,"),
        **added("vetoes", "bing,2019,虚报,,"),
        **added("indicators", "tax,税,,元,reported,,,,,"),
    )
    assert {fault.partition(":")[0] for fault in told} == {
        "awards.csv", "vetoes.csv", "indicators.csv",
    }  # fmt: skip
