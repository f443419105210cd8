"""A bundled district from its Excel returns to its release: the published figures come out exactly."""

from decimal import Decimal

from chengde import sha256, story

GROUPS = {row["group_name"]: row for row in story("story/groups.csv")}
# README of the profile, “12 月应得的数”: adjusted plan, year to date, December as reported.
DECEMBER = {
    "投资超亿元新开工项目": ("369600", "329540", "310940"),
    "续建项目": ("91200", "89430", "89430"),
    "基础设施重点工程": ("143900", "131960", "131960"),
    "民心工程": ("51000", "47787.9", "45487.9"),
}


def amounts(rows):
    return {name: Decimal(amount) for name, amount in rows}


# --- published figures -----------------------------------------------------------------------------


def test_every_group_has_its_ten_projects(chengde):
    found = chengde.ask("select category, count(*)::integer from marts.dim_project group by 1")
    assert dict(found) == {name: int(row["published_count"]) for name, row in GROUPS.items()}


def test_the_group_totals_are_those_that_were_published(chengde):
    found = amounts(
        chengde.ask(
            "select category, sum(total_investment_wanyuan) from marts.dim_project group by 1"
        )
    )
    assert found == {n: Decimal(row["published_total_wanyuan"]) for n, row in GROUPS.items()}
    assert sorted(found.values()) == [78_000, 460_000, 550_000, 1_640_000]


def test_the_year_plans_are_those_that_were_published(chengde):
    found = amounts(
        chengde.ask("select category, sum(plan_year_wanyuan) from marts.dim_project group by 1")
    )
    assert (found["续建项目"], found["民心工程"]) == (91_200, 51_000)
    assert found == {name: Decimal(plan) for name, (plan, _, _) in DECEMBER.items()}


def test_december_is_as_the_units_reported_it(chengde):
    found = chengde.ask(
        "select category, sum(investment_ytd_wanyuan) from marts.fct_investment"
        " inner join marts.dim_project using (project_key) where period = '2019-12' group by 1"
    )
    assert amounts(found) == {name: Decimal(month) for name, (_, _, month) in DECEMBER.items()}


def test_the_year_to_date_of_each_group_counts_projects_completed_earlier(chengde):
    found = chengde.ask(
        "select category, sum(ytd) from (select project_key,"
        " arg_max(investment_ytd_wanyuan, period) as ytd from marts.fct_investment group by 1)"
        " inner join marts.dim_project using (project_key) group by 1"
    )
    assert amounts(found) == {name: Decimal(ytd) for name, (_, ytd, _) in DECEMBER.items()}


def test_every_month_of_every_project_is_what_the_story_says(chengde):
    told = {}
    for row in story("story/investment.csv"):
        ytd = Decimal(0)
        for month in range(1, 13):
            if row[f"m{month:02}"]:
                ytd += Decimal(row[f"m{month:02}"])
                told[row["project_name"], f"2019-{month:02}"] = ytd
    found = {
        (name, period): ytd
        for name, period, ytd in chengde.ask(
            "select project_name, period, investment_ytd_wanyuan from marts.fct_investment"
            " inner join marts.dim_project using (project_key)"
        )
    }
    assert set(found) == set(told)
    assert {key for key in told if found[key] != told[key]} == set()


def test_rates_follow_from_the_figures_beside_them(chengde):
    wrong = chengde.ask(
        "select * from marts.fct_investment where completion_rate is distinct from"
        " cast(investment_ytd_wanyuan as double) / nullif(cast(plan_year_wanyuan as double), 0)"
        " or time_progress_rate is distinct from cast(right(period, 2) as double) / 12"
        " or abs(progress_gap_pp - (completion_rate - time_progress_rate) * 100) > 1e-9"
    )
    assert wrong == []


# --- starts and completions ------------------------------------------------------------------------


def test_sixteen_projects_were_completed_and_all_of_them_verified(chengde):
    found = dict(
        chengde.ask(
            "select project_name, verified_completion::varchar from marts.fct_completions"
            " inner join marts.dim_project using (project_key)"
        )
    )
    told = {
        row["project_name"]: row["verified_completion"]
        for row in story("story/starts_and_completions.csv")
        if row["verified_completion"]
    }
    assert len(found) == 16
    assert found == told


def test_twenty_projects_were_started_in_the_year_nineteen_of_them_verified(chengde):
    found = chengde.ask(
        "select project_name, verified_start is not null from marts.fct_starts"
        " inner join marts.dim_project using (project_key) where left(start_period, 4) = '2019'"
    )
    assert (len(found), sum(verified for _, verified in found)) == (20, 19)
    assert [name for name, verified in found if not verified] == ["附属医院南区周边综合整治提升"]


def test_the_two_projects_that_did_not_start_are_not_started(chengde):
    found = chengde.ask("select project_name from marts.dim_project where status = 'not_started'")
    assert {name for (name,) in found} == {"国际肿瘤医院", "承德图书馆项目"}


def test_a_verified_date_outranks_a_reported_one(chengde):
    wrong = chengde.ask(
        "select * from marts.fct_starts where start_date <> coalesce(verified_start, reported_start)"
        " union all by name select * from marts.fct_completions"
        " where completion_date <> coalesce(verified_completion, reported_completion)"
    )
    assert wrong == []


# --- reconciliation --------------------------------------------------------------------------------


def test_december_is_reconciled_project_by_project_as_the_story_expects(chengde):
    columns = (
        "statistics_code", "match_class", "match_method", "ledger_ytd_wanyuan",
        "statistics_ytd_wanyuan", "difference_wanyuan",
    )  # fmt: skip
    rows = chengde.ask(
        f"select project_name, {', '.join(columns)} from marts.fct_fai_reconciliation"
        " where period = '2019-12'",
        release="statistics",
    )
    found = {}
    for name, *values in rows:
        statistics_only = values[1] == "statistics_only"
        found[values[0] if statistics_only else name] = tuple(values)

    def value(row, column):
        text = row[column] or None
        return Decimal(text) if text and column.endswith("wanyuan") else text

    expected = {
        row["project_name"] or row["statistics_code"]: tuple(value(row, c) for c in columns)
        for row in story("story/expected_december_reconciliation.csv")
    }
    assert set(found) == set(expected)
    wrong = {n: (found[n], expected[n]) for n in expected if found[n] != expected[n]}
    assert wrong == {}


def test_no_statistics_code_or_name_reaches_the_open_release(chengde):
    secrets = {row["statistics_code"] for row in story("story/statistics.csv")}
    ledger = {row["project_name"] for row in story("story/projects.csv")}
    secrets |= {row["statistics_name"] for row in story("story/statistics.csv")} - ledger
    for table, rows in chengde.tables().items():
        for row in rows:
            for value in row:
                if isinstance(value, str):
                    leaked = [secret for secret in secrets if secret in value]
                    assert not leaked, (table, row)


def test_a_statistics_total_over_fewer_than_three_projects_is_withheld(chengde):
    counts = {
        (unit, period, match_class): count
        for unit, period, match_class, count in chengde.ask(
            "select unit_code, period, match_class, count(statistics_ytd_wanyuan)"
            " from marts.fct_fai_reconciliation where period is not null group by all",
            release="statistics",
        )
    }
    for unit, period, match_class, total, withheld in chengde.ask(
        "select unit_code, period, match_class, statistics_ytd_wanyuan, is_withheld"
        " from marts.mart_fai_reconciliation"
    ):
        if total is not None:
            assert counts[unit, period, match_class] >= 3 and not withheld


# --- what became of the returns --------------------------------------------------------------------


def test_every_return_has_the_status_its_event_deserves(chengde):
    by_kind = {
        "total": "refused", "heading_month": "refused", "text_file": "refused",
        "copy_of": "duplicate", "cell": "accepted",
    }  # fmt: skip
    special = {row["path"]: by_kind[row["kind"]] for row in story("story/changes.csv")}
    special |= {
        row["path"]: "accepted_with_warnings"
        for row in story("story/changes.csv")
        if row["event"] == "E04"
    }
    expected = sorted(
        (row["unit_code"], sha256(row["path"]), special.get(row["path"], "accepted"))
        for row in story("story/returns.csv")
    )
    found = chengde.ask("select unit_code, sha256, status from marts.fct_submissions")
    assert sorted(found) == expected
    assert len(found) == 149


def test_the_refused_returns_say_what_was_wrong_and_where(chengde):
    found = dict(
        chengde.ask(
            "select file_name, refused_because from marts.fct_submissions where status = 'refused'"
        )
    )
    assert "37630" in found["附件1：上板城镇重点项目进度（6月）.xls"]
    assert "36730" in found["附件1：上板城镇重点项目进度（6月）.xls"]
    assert "D3" in found["2019年9月交通重点项目进展情况.xlsx"]
    assert "没有找到规定报表的表头" in found["冯营子镇2019年8月重点项目进展情况表(1).xlsx"]


def test_the_one_questioned_return_is_questioned_for_its_one_reason(chengde):
    found = chengde.ask(
        "select f.severity, f.project_name, f.field from marts.fct_findings as f"
        " inner join marts.fct_submissions as s using (receipt_id)"
        " where s.status not in ('refused') and f.severity <> 'information'"
    )
    assert found == [("warning", "RBD5号路", "investment_ytd_wanyuan")]


def test_corrected_and_adjusted_returns_supersede_the_earlier_ones(chengde):
    superseded = chengde.ask(
        "select a.file_name, b.file_name from marts.fct_submissions as a"
        " inner join marts.fct_submissions as b on a.superseded_by = b.receipt_id order by all"
    )
    assert superseded == [
        ("城管局6月份进展情况表.xlsx", "城管局6月份进展情况表（补报）.xlsx"),
        ("承德高新区2019年重点项目台账.xlsx", "承德高新区2019年重点项目台账（年中调整）.xls"),
    ]


def test_every_sheet_balances(chengde):
    for release in ("reporting", "statistics"):
        found = chengde.ask(
            "select count(*), count(*) filter (where is_balanced and used_rows = title_rows"
            " + header_rows + category_rows + total_rows + note_rows + blank_rows"
            " + continuation_rows + data_rows_loaded + data_rows_refused)"
            " from marts.fct_row_accounting",
            release=release,
        )
        assert found[0][0] == found[0][1] > 0
