"""Key projects, cohorts and meetings to the end of July: the published figures come out exactly."""

from decimal import Decimal

from replays import assert_rebuilt_alike, one, taizhang
from zhaoling import TODAY, bounds, day, story

PUBLISHED = {row["what"]: Decimal(row["value"]) for row in story("published.csv")}
CHANGED = {row["path"].rsplit("/", 1)[1]: row["kind"] for row in story("changes.csv")}
JULY = " from marts.mart_progress_summary where period = '2022-07' and dimension = "


# --- the story and its files -----------------------------------------------------------------------


def test_rebuilding_gives_the_committed_files(tmp_path):
    assert_rebuilt_alike("zhaoling-2022", tmp_path)


def test_the_words_of_the_document_hold_the_figures_taken_from_them():
    for row in story("published.csv"):
        amount = Decimal(row["value"])
        shown = amount / 10_000 if row["unit"] == "万元" else amount
        assert f"{shown.normalize():f}" in row["wording"] or row["what"] == "cohorts"


def test_every_return_ends_as_the_story_says(zhaoling):
    ends = {"total": "refused", "doubled_number": "refused", "copy_of": "duplicate"}
    unusual = {name: ends[kind] for name, kind in CHANGED.items() if kind in ends}
    found = zhaoling.ask("select file_name, status from marts.fct_submissions")
    assert len(found) == len(story("returns.csv"))
    assert {n: s for n, s in found if not s.startswith("accepted")} == unusual


def test_what_is_asked_is_what_the_story_leaves_open(zhaoling):
    found = zhaoling.ask(
        "select rule_id, severity, count(*)::integer from marts.fct_findings group by 1, 2 order by 1"
    )
    assert found == [
        ("DSP-301", "warning", 1),  # the park that has only just been signed
        ("GEN-108", "error", 2),
        ("GEN-114", "information", 33),  # columns with amounts written as text
        ("GEN-209", "error", 1),
        ("ISS-301", "warning", 2),
        ("ISS-302", "warning", 1),
        ("NOD-303", "information", 2),  # put off, with the reason beside it
        ("PHO-201", "warning", 1),
        ("PHO-302", "warning", 1),
    ]


def test_the_audit_finds_nothing_unaccounted_for(zhaoling):
    done = taizhang("audit", "--home", zhaoling.home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert one(zhaoling, "select bool_and(is_balanced) from marts.fct_row_accounting")


# --- the key projects ------------------------------------------------------------------------------


def test_the_provincial_and_municipal_projects_are_as_published(zhaoling):
    count, ytd, rate = zhaoling.ask(
        "select sum(project_count), sum(investment_ytd_wanyuan),"
        " round(100.0 * sum(investment_ytd_wanyuan) / sum(plan_year_wanyuan), 1)"
        f"{JULY}'tier' and member in ('省级', '市级')"
    )[0]
    wanted = ("upper_projects", "upper_ytd", "upper_rate")
    assert [Decimal(str(value)) for value in (count, ytd, rate)] == [PUBLISHED[w] for w in wanted]


def test_the_same_comes_out_of_the_facts_project_by_project(zhaoling):
    found = zhaoling.ask(
        "select count(*), sum(investment_ytd_wanyuan), sum(f.plan_year_wanyuan)"
        " from marts.fct_investment as f inner join marts.dim_project as p using (project_key)"
        " where f.period = '2022-07' and p.tier in ('省级', '市级')"
    )
    assert found == [(PUBLISHED["upper_projects"], PUBLISHED["upper_ytd"], Decimal(1_033_000))]


def test_leaders_and_units_answer_for_every_key_project(zhaoling):
    units = "select count(*), count(distinct unit_code) from marts.dim_project"
    assert zhaoling.ask(units) == [(PUBLISHED["projects"], PUBLISHED["units"])]
    leaders = f"select count(*), sum(project_count){JULY}'leader' and member <> '未填'"
    assert zhaoling.ask(leaders) == [(PUBLISHED["leaders"], PUBLISHED["projects"])]


def test_every_month_of_every_project_is_what_the_story_says(zhaoling):
    # Nobody reported for these: one unit's June, two units' July.
    untold = {
        ("区养老服务中心", "2022-06"),
        ("科技创业大厦", "2022-07"),
        ("垃圾分类处理站", "2022-07"),
    }
    told = {}
    for row in story("investment.csv"):
        name, ytd = row.pop("project_name"), Decimal(0)
        for column, amount in row.items():
            ytd += Decimal(amount)
            told[name, f"2022-{column[1:]}"] = ytd
    found = zhaoling.ask(
        "select project_name, period, investment_ytd_wanyuan from marts.fct_investment"
        " inner join marts.dim_project using (project_key)"
    )
    assert {(name, period): ytd for name, period, ytd in found} == {
        key: ytd for key, ytd in told.items() if key not in untold
    }


# --- three batches ---------------------------------------------------------------------------------

STAGES = ("signed", "fulfilled", "started", "produced", "at_capacity")
STEPS = ("signed_on", "fulfilled_on", "started_on", "produced_on", "capacity_on")


def test_seventeen_projects_above_a_hundred_million_were_signed_in_the_year(zhaoling):
    signed = (
        "select count(*) from marts.fct_batch_projects"
        " where year(signed_on) = 2022 and contract_wanyuan >= 10000"
    )
    assert one(zhaoling, signed) == PUBLISHED["signed_above_1_yi"]
    assert zhaoling.ask(
        "select contract_wanyuan, signed_on is not null, started_on from marts.fct_batch_projects"
        " where project_name = '双汇第三工业园'"
    ) == [(PUBLISHED["park_first_stage"], True, None)]


def test_every_cohort_and_period_counts_what_had_come_by_then(zhaoling):
    projects = story("batches.csv")
    columns = [f"{stage}_{kind}" for stage in STAGES for kind in ("count", "wanyuan")]
    found = zhaoling.rows("select * from marts.mart_three_batches")
    assert len({row["cohort"] for row in found}) == PUBLISHED["cohorts"]
    for row in found:
        last = min(bounds(row["period"])[1], TODAY)
        by_step = [
            [
                Decimal(p["contract_wanyuan"])
                for p in projects
                if p["cohort"] == row["cohort"] and (reached := day(p[step])) and reached <= last
            ]
            for step in STEPS
        ]
        wanted = [value for amounts in by_step for value in (len(amounts), sum(amounts))]
        assert [row[column] for column in columns] == wanted, (row["cohort"], row["period"])


def test_the_rates_of_the_cohorts_keep_rising(zhaoling):
    rates = ("fulfilment_rate", "production_rate", "capacity_rate")
    found = zhaoling.rows(
        "select * from marts.mart_three_batches"
        " where period in ('2022-Q1', '2022-Q2', '2022-07') order by cohort,"
        " array_position(['2022-Q1', '2022-Q2', '2022-07'], period)"
    )
    for cohort in {row["cohort"] for row in found}:
        for rate in rates:
            course = [
                row[rate] for row in found if row["cohort"] == cohort and row[rate] is not None
            ]
            assert course == sorted(course), (cohort, rate)
    together = {
        period: {
            stage: sum(r[f"{stage}_count"] for r in found if r["period"] == period)
            for stage in STAGES
        }
        for period in ("2022-Q1", "2022-Q2", "2022-07")
    }
    for over, under in (
        ("fulfilled", "signed"),
        ("produced", "started"),
        ("at_capacity", "produced"),
    ):
        course = [counts[over] / counts[under] for counts in together.values()]
        assert course == sorted(set(course)), over


# --- meetings --------------------------------------------------------------------------------------


def test_meetings_and_problems_solved_are_as_published(zhaoling):
    found = zhaoling.ask(
        "select count(distinct (held_on, meeting_type)), count(*) filter (where status = 'done')"
        " from marts.mart_dispatch where meeting_type in ('周例会', '现场办公会')"
    )
    assert found == [(PUBLISHED["meetings"], PUBLISHED["problems_solved"])]
