"""Half-months, lights and the view by leader of a bundled district, against a separate computation."""

from collections import Counter
from fractions import Fraction

import chengde_by_hand as by_hand
import pytest
from chengde import story


@pytest.fixture(scope="module")
def expected():
    return by_hand.lights()


@pytest.fixture(scope="module")
def found(chengde):
    columns = [
        "project_name", "period", "light", "deciding_component", "measure_value", "threshold",
        "streak", "rule_version", "unit_code", "waived_components", "reason", "explanation",
        *(f"{component}_light" for component in by_hand.COMPONENTS),
    ]  # fmt: skip
    rows = chengde.ask(f"select {', '.join(columns)} from marts.mart_project_light")
    return {row[:2]: dict(zip(columns, row, strict=True)) for row in rows}


def differences(expected, found, of):
    return {
        key: (said, found[key])
        for key, light in expected.items()
        if (said := of(light, found[key]))
    }


# --- half-monthly returns --------------------------------------------------------------------------


def test_the_first_halves_lie_between_the_months(chengde):
    """Each half-month's year to date is last month's plus its own, and the month's is not less."""
    halves = {row["project_name"]: row for row in story("story/first_halves.csv")}
    for row in story("story/investment.csv"):
        for month in ("m10", "m11", "m12"):
            half, whole = halves[row["project_name"]][month], row[month]
            assert (half == "") == (whole == "")
            assert half == "" or 0 <= Fraction(half) <= Fraction(whole)


def test_the_month_stays_the_figure_of_the_month(chengde):
    of_halves = chengde.ask(
        "select distinct s.period from marts.fct_investment as f"
        " inner join marts.fct_submissions as s using (receipt_id) where s.period like '%-H%'"
    )
    assert of_halves == []
    sent = chengde.ask(
        "select status, count(*)::integer from marts.fct_submissions where period like '%-H1' group by 1"
    )
    assert sent == [("accepted", 24)]
    superseded = chengde.ask(
        "select count(*)::integer from marts.fct_submissions"
        " where period like '%-H1' and superseded_by is not null"
    )
    assert superseded == [(0,)]


# --- lights ----------------------------------------------------------------------------------------


def test_every_project_has_a_light_in_every_half_month(expected, found):
    assert set(found) == set(expected)
    periods = {period for _, period in found}
    assert len(periods) == 15 and len(found) == 15 * 40
    assert {period for period in periods if period.endswith("-H1")} == {
        "2019-10-H1", "2019-11-H1", "2019-12-H1"
    }  # fmt: skip


def test_every_light_is_what_a_separate_computation_says(expected, found):
    def light(told, row):
        same = (row["light"], row["deciding_component"], row["rule_version"]) == (
            told.light,
            told.deciding_component,
            told.rule_version,
        )
        return None if same else told

    assert differences(expected, found, light) == {}


def test_every_component_is_what_a_separate_computation_says(expected, found):
    def component(told, row):
        said = {name: row[f"{name}_light"] for name in by_hand.COMPONENTS}
        return None if said == told.components else told.components

    assert differences(expected, found, component) == {}


def test_every_value_and_threshold_is_what_a_separate_computation_says(expected, found):
    def number(told, row):
        pairs = ((told.value, row["measure_value"]), (told.threshold, row["threshold"]))
        same = all(
            (one is None) == (two is None) and (one is None or abs(float(one) - two) < 1e-9)
            for one, two in pairs
        )
        return None if same else pairs

    assert differences(expected, found, number) == {}


def test_every_streak_is_what_a_separate_computation_says(expected, found):
    assert differences(
        expected, found, lambda told, row: told.streak if told.streak != row["streak"] else None
    ) == {}  # fmt: skip


def test_the_year_shows_all_four_states_and_every_component_that_has_data(found):
    states = Counter(row["light"] for row in found.values())
    assert set(states) >= {"red_flag", "green", "yellow", "red"}
    deciding = {row["deciding_component"] for row in found.values()}
    assert deciding >= {"progress", "start", "completion", "entry"}
    assert {row["rule_version"] for row in found.values()} == {"2019-1", "2019-2"}


def test_a_waived_component_is_left_out_where_everybody_sees_it(found):
    waived = {
        key: row["waived_components"] for key, row in found.items() if row["waived_components"]
    }
    library = [period for name, period in waived if name == "承德图书馆项目"]
    hospital = [period for name, period in waived if name == "国际肿瘤医院"]
    assert len(library) == 13 and max(library) == "2019-11-H2"
    assert hospital == ["2019-12-H1"]
    assert len(waived) == len(library) + len(hospital)
    row = found["承德图书馆项目", "2019-11-H2"]
    assert row["deciding_component"] != "progress" and "选址" in row["explanation"]


def test_a_reason_is_a_sentence_in_chinese(found):
    for row in found.values():
        assert row["reason"] and row["explanation"]
        assert not any(letter.isascii() and letter.isalpha() for letter in row["reason"])


# --- the view by leader ----------------------------------------------------------------------------

MEMBER = {
    "all": lambda project: "all",
    "leader": lambda project: project.row["lead_official"],
    "tier": lambda project: project.row["tier"],
    "unit": lambda project: project.row["unit_code"],
    "township": lambda project: project.row["township"],
    "nature": lambda project: project.row["nature"],
}


def counts(projects, moment, planned, done):
    """Of the year's planned: by now, done by now, early, overdue; and those nobody planned."""
    last = moment.last_day
    of_year = [p for p in projects if planned(p) and planned(p).year == by_hand.YEAR]
    finished = [p for p in of_year if done(p) and done(p) <= last]
    unplanned = [
        p for p in projects if p not in of_year
        and done(p) and done(p).year == by_hand.YEAR and done(p) <= last
    ]  # fmt: skip
    return (
        len(of_year),
        sum(planned(p) <= last for p in of_year),
        len(finished),
        sum(planned(p) > last for p in finished),
        sum(planned(p) <= last and p not in finished for p in of_year),
        len(unplanned),
    )


@pytest.mark.parametrize("dimension", MEMBER)
def test_the_summary_is_what_a_separate_computation_says(chengde, dimension):
    members = {}
    for project in by_hand.projects():
        members.setdefault(MEMBER[dimension](project), []).append(project)
    told = {}
    for moment in by_hand.months():
        for member, projects in members.items():
            plan = sum(p.plan for p in projects)
            ytd = sum(p.ytd_carried_on(moment) for p in projects)
            starts = counts(projects, moment, lambda p: p.planned_start, lambda p: p.start)
            completions = counts(
                projects, moment, lambda p: p.planned_completion, lambda p: p.completion
            )
            told[moment.name, member] = (
                len(projects), plan, ytd, *starts, completions[0], completions[2],
                round(float(ytd / plan), 9),
            )  # fmt: skip
    rows = chengde.ask(
        "select period, member, project_count, plan_year_wanyuan, investment_ytd_wanyuan,"
        " planned_starts_year, planned_starts_to_date, started_count, started_early_count,"
        " overdue_start_count, started_unplanned_count, planned_completions_year, completed_count,"
        " completion_rate from marts.mart_progress_summary where dimension = ?",
        dimension,
    )
    found = {(p, m): (*values[:-1], round(values[-1], 9)) for p, m, *values in rows}
    assert set(found) == set(told)
    assert {key: (found[key], told[key]) for key in told if found[key] != told[key]} == {}


def test_the_four_leaders_answer_for_ten_projects_each(chengde):
    rows = chengde.ask(
        "select member, project_count::integer from marts.mart_progress_summary"
        " where dimension = 'leader' and period = '2019-12' order by 1"
    )
    assert [count for _, count in rows] == [10, 10, 10, 10]
    assert {name for name, _ in rows} == {f"区领导{sign}" for sign in "甲乙丙丁"}


def test_rates_of_the_summary_carry_their_denominator(chengde):
    wrong = chengde.ask(
        "select * from marts.mart_progress_summary where"
        " start_rate_on_year is distinct from"
        " cast(started_count as double) / nullif(cast(planned_starts_year as double), 0)"
        " or start_rate_to_date is distinct from"
        " cast(started_count as double) / nullif(cast(planned_starts_to_date as double), 0)"
        " or completed_rate_on_year is distinct from"
        " cast(completed_count as double) / nullif(cast(planned_completions_year as double), 0)"
        " or started_count <> planned_starts_to_date - overdue_start_count + started_early_count"
    )
    assert wrong == []
