"""A year of key projects, three launches and next year's list: the published figures come out exactly."""

from decimal import Decimal

import pytest
from hualong import story
from replays import assert_rebuilt_alike, one, taizhang

PUBLISHED = {row["what"]: Decimal(row["value"]) for row in story("published.csv")}
NAMED_COMPLETED = {"青岛汉阳", "森源充电桩", "淘金创谷"}
NAMED_STARTED = {"德众汽车", "苏北路卫生院", "日升商贸"}
YEAR_END = " from marts.mart_progress_summary where period = '2017-12' and dimension = 'all'"


# --- the story and its files -----------------------------------------------------------------------


def test_rebuilding_gives_the_committed_files(tmp_path):
    assert_rebuilt_alike("hualong-2017", tmp_path)


def test_the_words_of_the_document_hold_the_figures_taken_from_them():
    for row in story("published.csv"):
        amount = Decimal(row["value"])
        shown = amount / 10_000 if row["unit"] == "万元" else amount
        assert f"{shown.normalize():f}" in row["wording"] or row["what"] in {
            "leaders",
            "led_projects",
        }


def test_nothing_is_invested_before_a_start_after_a_completion_or_beyond_the_total():
    dates = {row["project_name"]: row for row in story("dates.csv")}
    months = {row["project_name"]: row for row in story("investment.csv")}
    for project in story("projects.csv"):
        told, amounts = dates[project["project_name"]], months[project["project_name"]]
        for month in range(2, 13):
            period, amount = f"2017-{month:02}", Decimal(amounts[f"m{month:02}"])
            outside = period < told["reported_start"][:7] or (
                told["reported_completion"] and period > told["reported_completion"][:7]
            )
            assert amount >= 0 and not (outside and amount), (project["project_name"], month)
        built = sum(Decimal(amounts[f"m{month:02}"]) for month in range(2, 13))
        prior = Decimal(project["cumulative_prior_wanyuan"])
        assert prior + built <= Decimal(project["total_investment_wanyuan"])


def test_every_return_is_accepted_without_a_question(hualong):
    statuses = "select status, count(*)::integer from marts.fct_submissions group by 1"
    assert hualong.ask(statuses) == [("accepted", len(story("returns.csv")))]
    assert one(hualong, "select count(*) from marts.fct_findings") == 0
    assert one(hualong, "select bool_and(is_balanced) from marts.fct_row_accounting")


def test_the_final_list_takes_the_place_of_the_first_draft(hualong):
    assert hualong.ask(
        "select a.file_name, b.file_name from marts.fct_submissions as a"
        " inner join marts.fct_submissions as b on a.superseded_by = b.receipt_id"
    ) == [("2018年计划实施项目（初稿）.xls", "2018年计划实施项目（九轮谋划后）.xlsx")]


def test_the_audit_finds_nothing_unaccounted_for(hualong):
    done = taizhang("audit", "--home", hualong.home)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the year's key projects -----------------------------------------------------------------------


def test_the_year_is_as_published(hualong):
    columns = {
        "projects": "project_count",
        "investment_ytd": "investment_ytd_wanyuan",
        "completion_rate": "round(completion_rate * 100, 1)",
        "completed": "completed_count",
        "started": "started_count",
        "start_rate": "start_rate_on_year * 100",
        "resumption_rate": "resumption_rate * 100",
        "completed_rate": "completed_rate_on_year * 100",
    }
    (found,) = hualong.ask(f"select {', '.join(columns.values())}{YEAR_END}")
    assert [Decimal(str(value)) for value in found] == [PUBLISHED[name] for name in columns]


def test_the_rate_is_not_capped_and_goes_by_the_year_plan(hualong):
    plan, ytd = hualong.ask(
        "select sum(plan_year_wanyuan), sum(investment_ytd_wanyuan) from marts.fct_investment"
        " where period = '2017-12'"
    )[0]
    assert (plan, ytd) == (Decimal(813_700), PUBLISHED["investment_ytd"])
    assert one(hualong, f"select completion_rate{YEAR_END}") == float(ytd) / float(plan)


def test_the_projects_that_the_document_names_are_among_those_started_and_completed(hualong):
    names = (
        "select project_name from marts.{} inner join marts.dim_project using (project_key)"
        " where verified_{} is not null and {}_period like '2017-%'"
    )
    started = {n for (n,) in hualong.ask(names.format("fct_starts", "start", "start"))}
    completed = {
        n for (n,) in hualong.ask(names.format("fct_completions", "completion", "completion"))
    }
    assert len(started) == PUBLISHED["started"] and started >= NAMED_STARTED
    assert len(completed) == PUBLISHED["completed"] and completed >= NAMED_COMPLETED


def test_every_rate_of_a_hundred_is_all_of_those_it_speaks_of(hualong):
    counts = hualong.ask(
        "select planned_starts_year, started_count, continued_count, resumed_count,"
        f" planned_completions_year, completed_count, missing_count{YEAR_END}"
    )
    assert counts == [(22, 22, 20, 20, 8, 8, 0)]


def test_some_started_early_and_one_late_within_the_year(hualong):
    early, overdue = hualong.ask(
        "select max(started_early_count), max(overdue_start_count)"
        " from marts.mart_progress_summary where dimension = 'all'"
    )[0]
    assert early > 0 and overdue == 1
    assert hualong.ask(
        "select period, start_light from marts.mart_project_light"
        " where project_name = '生物制药车间' and start_light <> 'not_evaluated' order by 1"
    ) == [*((f"2017-0{month}", "green") for month in range(2, 6)), ("2017-06", "yellow")]


def test_twenty_leaders_answer_for_thirty_nine_projects(hualong):
    members = dict(
        hualong.ask(
            "select member, project_count::integer from marts.mart_progress_summary"
            " where period = '2017-12' and dimension = 'leader'"
        )
    )
    assert members.pop("未填") == PUBLISHED["projects"] - PUBLISHED["led_projects"]
    assert len(members) == PUBLISHED["leaders"]
    assert sum(members.values()) == PUBLISHED["led_projects"]


def test_every_month_of_every_project_is_what_the_story_says(hualong):
    told = {}
    for row in story("investment.csv"):
        ytd = Decimal(0)
        for month in range(2, 13):
            ytd += Decimal(row[f"m{month:02}"])
            told[row["project_name"], f"2017-{month:02}"] = ytd
    found = hualong.ask(
        "select project_name, period, investment_ytd_wanyuan from marts.fct_investment"
        " inner join marts.dim_project using (project_key)"
    )
    assert {(name, period): ytd for name, period, ytd in found} == told


def test_lights_have_three_states_and_a_streak(hualong):
    lights = hualong.ask(
        "select distinct light from marts.mart_project_light where light <> 'not_evaluated'"
    )
    assert {light for (light,) in lights} == {"green", "yellow", "red"}
    assert one(hualong, "select max(streak) from marts.mart_project_light") > 3
    periods = {p for (p,) in hualong.ask("select distinct period from marts.mart_project_light")}
    assert periods == {f"2017-{month:02}" for month in range(2, 13)}


# --- the launches ----------------------------------------------------------------------------------


def test_the_three_launches_are_as_published(hualong):
    found = hualong.ask(
        "select count(*), sum(project_count), sum(total_investment_wanyuan), sum(plan_year_wanyuan)"
        " from marts.mart_launch_event where year = 2017"
    )
    wanted = ("launches", "launched_projects", "launched_total", "launched_plan")
    assert found == [tuple(PUBLISHED[name] for name in wanted)]


def test_every_key_project_that_started_was_in_a_launch(hualong):
    launched = {row["project_name"]: row["event_no"] for row in story("launches.csv")}
    of_ledger = {row["project_name"]: row["launch_event"] for row in story("dates.csv")}
    assert {n: e for n, e in of_ledger.items() if e}.items() <= launched.items()
    assert sum(event != "" for event in of_ledger.values()) == PUBLISHED["started"]


# --- next year's list ------------------------------------------------------------------------------


def test_next_years_list_is_as_published(hualong):
    found = hualong.ask(
        "select count(*), sum(total_investment_wanyuan), sum(plan_year_wanyuan)"
        " from marts.fct_reserve_projects where year = 2018"
    )
    wanted = ("reserve_projects", "reserve_total", "reserve_plan")
    assert found == [tuple(PUBLISHED[name] for name in wanted)]


BANDS = [
    ("reserve_from_10_yi", "'10亿-20亿', '20亿以上'"),
    ("reserve_5_to_10_yi", "'5亿-10亿'"),
    ("reserve_1_to_5_yi", "'1亿-5亿'"),
]


@pytest.mark.parametrize(("what", "bands"), BANDS)
def test_the_size_bands_of_the_list_are_as_published(hualong, what, bands):
    in_bands = f" from marts.mart_reserve_size_band where year = 2018 and size_band in ({bands})"
    assert one(hualong, f"select sum(project_count){in_bands}") == PUBLISHED[what]


def test_the_share_from_a_hundred_million_up_is_as_published(hualong):
    share = one(
        hualong,
        "select round(sum(share_of_count) * 100, 2) from marts.mart_reserve_size_band"
        " where year = 2018 and lower_bound_wanyuan >= 10000",
    )
    assert Decimal(str(share)) == PUBLISHED["reserve_share_from_1_yi"]


PROPOSED = [("proposed", "in ('省级', '市级')"), ("provincial", "= '省级'")]


@pytest.mark.parametrize(("what", "tiers"), PROPOSED)
def test_what_is_proposed_upwards_is_as_published(hualong, what, tiers):
    found = hualong.ask(
        "select count(*), sum(total_investment_wanyuan), sum(plan_year_wanyuan)"
        f" from marts.fct_reserve_projects where year = 2018 and proposed_tier {tiers}"
    )
    wanted = (f"{what}_projects", f"{what}_total", f"{what}_plan")
    assert found == [tuple(PUBLISHED[name] for name in wanted)]


def test_an_entry_knows_the_ledgers_project_of_its_name_and_its_unit(hualong):
    ledger = {row["project_name"] for row in story("projects.csv")}
    told = {row["project_name"]: row["unit_code"] for row in story("reserve_2018.csv")}
    found = hualong.ask(
        "select project_name, unit_code, project_key is not null from marts.fct_reserve_projects"
    )
    assert {name: unit for name, unit, _ in found} == told
    assert {name for name, _, known in found if known} == ledger & set(told)
