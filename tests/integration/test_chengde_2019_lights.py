"""Half-months, lights and the view by leader of a bundled district, against an independent computation
(tests/support/policy_reference) of its story."""

from collections import Counter
from fractions import Fraction

import pytest
import story_districts
from chengde import story
from policy_reference import published
from policy_reference.facts import Facts
from policy_reference.lights import Lights
from row_comparison import compare


@pytest.fixture(scope="module")
def facts():
    return Facts(story_districts.chengde())


@pytest.fixture(scope="module")
def lights(chengde):
    return chengde.rows("from marts.mart_project_light")


@pytest.fixture(scope="module")
def found(lights):
    return {(row["project_name"], row["period"]): row for row in lights}


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


def test_every_project_has_a_light_in_every_half_month(found):
    periods = {period for _, period in found}
    assert len(periods) == 15 and len(found) == 15 * 40
    assert {period for period in periods if period.endswith("-H1")} == {
        "2019-10-H1", "2019-11-H1", "2019-12-H1"
    }  # fmt: skip


def test_every_light_and_every_component_is_what_a_separate_computation_says(facts, lights):
    keys = ("project_name", "period")
    told = Lights(facts)
    compare("mart_project_light", published.project_lights(told), lights, keys)
    compare("components", published.component_lights(told), lights, keys)


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


def test_the_summary_is_what_a_separate_computation_says(chengde, facts):
    rows = chengde.rows("from marts.mart_progress_summary")
    keys = ("period", "dimension", "member")
    compare("mart_progress_summary", published.progress_summary(facts), rows, keys)
    assert {row["dimension"] for row in rows} == {
        "all", "leader", "tier", "category", "unit", "township", "nature"
    }  # fmt: skip


def test_the_size_bands_are_what_a_separate_computation_says(chengde, facts):
    rows = chengde.rows("from marts.mart_size_band")
    compare(
        "mart_size_band", published.size_band_rows(facts), rows, ("period", "stage", "size_band")
    )


def test_the_four_leaders_answer_for_ten_projects_each(chengde):
    rows = chengde.ask(
        "select member, project_count::integer from marts.mart_progress_summary"
        " where dimension = 'leader' and period = '2019-12' order by 1"
    )
    assert [count for _, count in rows] == [10, 10, 10, 10]
    assert {name for name, _ in rows} == {f"区领导{sign}" for sign in "甲乙丙丁"}


def test_rates_of_the_summary_carry_their_denominator(chengde):
    """Starts by June: of the year's 22 and of the 18 planned by then; completions by December: of 17."""
    rows = {
        row["period"]: row
        for row in chengde.rows("from marts.mart_progress_summary where dimension = 'all'")
    }
    june, december = rows["2019-06"], rows["2019-12"]
    assert (june["started_count"], june["start_rate_on_year"], june["start_rate_to_date"]) == (
        17, 17 / 22, 17 / 18
    )  # fmt: skip
    assert (december["started_count"], december["start_rate_to_date"]) == (20, 20 / 22)
    assert (december["completed_count"], december["completed_rate_on_year"]) == (16, 16 / 17)
