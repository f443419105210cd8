"""Five months of fourteen projects, four task forces, thirteen groups: what was published comes out."""

from datetime import date
from decimal import Decimal

from replays import assert_rebuilt_alike, one, taizhang
from xunyang import FEBRUARY_DUE, story

PUBLISHED = {row["what"]: Decimal(row["value"]) for row in story("published.csv")}
COMPLETED = {
    "滨河北路硬化、绿化工程", "吕河综合大楼广场、联廊、配电工程",
    "金格丽公司年产3000万只医用外科口罩项目", "艺轩阁公司年产10万件工艺品项目",
}  # fmt: skip
MASKS, CRAFTS = "金格丽公司年产3000万只医用外科口罩项目", "艺轩阁公司年产10万件工艺品项目"
SIGNED_IN_MAY = {
    "三维丝与宝通公司增资扩股",
    "山东神骏5000辆应急及专用车生产线",
    "轻型超强混凝土杆塔",
}


# --- the story and its files -----------------------------------------------------------------------


def test_rebuilding_gives_the_committed_files(tmp_path):
    assert_rebuilt_alike("xunyang-2020", tmp_path)


def test_the_words_of_the_document_hold_the_figures_taken_from_them():
    for row in story("published.csv"):
        amount = Decimal(row["value"]) / (10_000 if row["unit"] == "万元" else 1)
        shown = "四个" if row["what"] == "task_forces" else f"{amount.normalize():f}"
        assert shown in row["wording"]


def test_nothing_is_invested_before_a_start_after_a_completion_or_beyond_the_total():
    dates = {row["project_name"]: row for row in story("dates.csv")}
    months = {row["project_name"]: row for row in story("investment.csv")}
    for project in story("projects.csv"):
        told, amounts = dates[project["project_name"]], months[project["project_name"]]
        last = told["reported_completion"][:7] or "2020-12"
        for month in range(2, 6):
            period, amount = f"2020-{month:02}", Decimal(amounts[f"m{month:02}"])
            assert not amount or told["reported_start"][:7] <= period <= last
        built = sum(Decimal(amounts[f"m{month:02}"]) for month in range(2, 6))
        prior = Decimal(project["cumulative_prior_wanyuan"] or 0)
        assert prior + built <= Decimal(project["total_investment_wanyuan"])


def test_one_report_was_refused_and_mended_and_nothing_else_asked(xunyang):
    statuses = "select status, count(*)::integer from marts.fct_submissions group by 1 order by 1"
    assert xunyang.ask(statuses) == [("accepted", len(story("returns.csv")) - 1), ("refused", 1)]
    (slip,) = [row["path"] for row in story("returns.csv") if row["slip"]]
    assert xunyang.ask(
        "select file_name, rule_id from marts.fct_findings"
        " inner join marts.fct_submissions using (receipt_id)"
        " where severity in ('error', 'warning')"
    ) == [(slip.rsplit("/", 1)[1], "GEN-108")]
    assert one(xunyang, "select bool_and(is_balanced) from marts.fct_row_accounting")


def test_the_audit_finds_nothing_unaccounted_for(xunyang):
    done = taizhang("audit", "--home", xunyang.home)
    assert done.returncode == 0, done.stdout + done.stderr


# --- what the document publishes -------------------------------------------------------------------


def test_fourteen_key_projects_are_continued_new_and_extended(xunyang):
    found = xunyang.ask("select category, count(*)::integer from marts.dim_project group by 1")
    assert dict(found) == {
        "续建项目": PUBLISHED["continued"],
        "新建项目": PUBLISHED["new"],
        "扩建项目": PUBLISHED["extended"],
    }
    assert sum(count for _, count in found) == PUBLISHED["key_projects"]


def test_ten_and_a_half_yi_are_invested_by_the_end_of_may(xunyang):
    ytd = "select sum(investment_ytd_wanyuan) from marts.fct_investment where period = '2020-05'"
    assert one(xunyang, ytd) == PUBLISHED["investment_ytd"]
    assert xunyang.ask(
        "select project_count::integer, investment_ytd_wanyuan, missing_count::integer"
        " from marts.mart_progress_summary where period = '2020-05' and dimension = 'all'"
    ) == [(14, PUBLISHED["investment_ytd"], 0)]


def test_nearly_ten_yi_of_funds_are_in_place(xunyang):
    funds, rate = xunyang.ask(
        "select sum(funds_in_place_wanyuan), bool_and(funds_in_place_rate"
        " = cast(funds_in_place_wanyuan as double) / cast(plan_year_wanyuan as double))"
        " from marts.fct_investment where period = '2020-05'"
    )[0]
    assert (funds, rate) == (PUBLISHED["funds_in_place"], True)


def test_five_signed_projects_have_landed(xunyang):
    landed = "select count(*) from marts.fct_batch_projects where fulfilled_on is not null"
    assert one(xunyang, landed) == PUBLISHED["landed"]
    assert (
        one(
            xunyang,
            "select sum(fulfilled_count) from marts.mart_three_batches where period = '2020-05'",
        )
        == PUBLISHED["landed"]
    )


def test_eight_projects_are_talked_about(xunyang):
    talks = "select count(*) from marts.fct_reserve_projects where year = 2020 and maturity = '洽谈对接'"
    assert one(xunyang, talks) == PUBLISHED["in_talks"]


def test_thirteen_groups_answer_for_the_projects_and_four_task_forces_drive_them(xunyang):
    groups = "select count(distinct unit_code) from marts.dim_project"
    assert one(xunyang, groups) == PUBLISHED["project_groups"]
    forces = "select count(*) from marts.dim_unit where unit_name like '%专班'"
    assert one(xunyang, forces) == PUBLISHED["task_forces"]


def test_masks_and_crafts_are_in_production_and_the_works_of_the_infrastructure_done(xunyang):
    completed = "select project_name from marts.dim_project where status = 'completed'"
    assert {name for (name,) in xunyang.ask(completed)} == COMPLETED
    produced = "select project_name from marts.dim_project where lifecycle_stage = 'in_production'"
    assert {name for (name,) in xunyang.ask(produced)} == {MASKS, CRAFTS}
    active = "select count(*) from marts.dim_project where is_active"
    assert one(xunyang, active) == PUBLISHED["key_projects"] - len(COMPLETED)


def test_three_cooperations_are_signed_and_have_not_landed(xunyang):
    signed = "select project_name from marts.fct_batch_projects where fulfilled_on is null"
    assert {name for (name,) in xunyang.ask(signed)} == SIGNED_IN_MAY


def test_what_was_talked_about_in_february_is_signed_in_may_and_one_thing(xunyang):
    steps = xunyang.ask(
        "select project_name, step, is_current from marts.fct_project_lifecycle"
        " where lifecycle_key in"
        " (select lifecycle_key from marts.fct_project_lifecycle where step = 'reserve')"
    )
    told = {
        (row["project_name"], "reserve", row["project_name"] not in SIGNED_IN_MAY)
        for row in story("talks.csv")
    }
    assert len(steps) == len(set(steps))
    assert set(steps) == told | {(name, "signed", True) for name in SIGNED_IN_MAY}


# --- the months ------------------------------------------------------------------------------------


def test_every_reported_month_of_every_project_is_what_the_story_says(xunyang):
    told = {}
    funds = {row["project_name"]: row for row in story("funds.csv")}
    bureaus = {row["project_name"]: row["bureau"] for row in story("projects.csv")}
    for row in story("investment.csv"):
        name, ytd = row["project_name"], Decimal(0)
        for month in ("02", "03", "04", "05"):
            ytd += Decimal(row[f"m{month}"])
            if (month, bureaus[name]) != ("02", "qiye"):
                told[name, f"2020-{month}"] = (ytd, Decimal(funds[name][f"m{month}"]))
    found = xunyang.ask(
        "select project_name, period, investment_ytd_wanyuan, funds_in_place_wanyuan"
        " from marts.fct_investment inner join marts.dim_project using (project_key)"
    )
    assert {(name, period): (ytd, funds) for name, period, ytd, funds in found} == told


COMPLIANCE = [  # unit, form, period: status, days late, attempts, accepted at first
    ("guijian", "progress_report", "2020-02", "late", 87, 1, True),
    ("guijian", "progress_report", "2020-05", "on_time", 0, 1, True),
    ("jingfa", "progress_report", "2020-02", "on_time", 0, 2, False),
    ("jingfa", "progress_report", "2020-05", "on_time", 0, 1, True),
    ("kaohe", "issue_ledger", "2020-W22", "on_time", 0, 1, True),
    ("kaohe", "site_review", "2020-05", "on_time", 0, 1, True),
    ("kaohe", "start_completion_register", "2020-05", "not_due", 0, 0, None),
    ("qiye", "progress_report", "2020-02", "missing", 87, 0, None),
    ("qiye", "progress_report", "2020-05", "on_time", 0, 1, True),
    ("xiangmu", "dispatch_record", "2020-05", "on_time", 0, 1, True),
    ("xiangmu", "node_plan", "2020", "on_time", 0, 3, True),
    ("xiangmu", "project_ledger", "2020", "on_time", 0, 1, True),
    ("zhaoshang", "reserve_projects", "2020", "on_time", 0, 2, True),
    ("zhaoshang", "three_batches", "2020-05", "on_time", 0, 1, True),
]


def test_february_was_late_refused_or_missing_and_may_on_time(xunyang):
    columns = "unit_code, form_id, period, status, days_late, attempts, first_pass"
    assert xunyang.ask(
        f"select {columns} from marts.mart_reporting_compliance order by 1, 2, 3"
    ) == (COMPLIANCE)
    due = dict(
        xunyang.ask(
            "select period, cast(due_at as date) from marts.mart_reporting_compliance"
            " where unit_code = 'jingfa'"
        )
    )
    assert due == {"2020-02": FEBRUARY_DUE, "2020-05": date(2020, 6, 5)}
