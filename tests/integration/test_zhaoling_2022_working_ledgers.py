"""What is promised, stuck, overdue and scored, against the story told by plain dates."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from zhaoling import (
    ISSUES_KNOWN,
    ITEMS_KNOWN,
    TODAY,
    bounds,
    day,
    issues,
    meeting_items,
    notices,
    story,
    week_of,
)

JULY_7, JULY_14, AUGUST_5 = date(2022, 7, 7), date(2022, 7, 14), date(2022, 8, 5)

# --- nodes -----------------------------------------------------------------------------------------

# Status, days until due, days overdue; every other node is done in time or far off.
NODES = {
    ("电力装备产业园", "二期桩基完成"): ("due_soon", 5, 0),
    ("正大绿色循环经济示范园", "饲料厂主体封顶"): ("due", 0, 0),
    ("智能食品机械产业园", "展示中心封顶"): ("due_soon", 7, 0),
    ("农村公路提升工程", "路面完成30公里"): ("due_soon", 1, 0),
    ("东城小学新建工程", "内外装修完成"): ("due_soon", 4, 0),
    ("纽盾装备制造产业园", "1号车间封顶"): ("overdue", None, 5),
    ("标准化厂房三期", "电力专线接通"): ("overdue", None, 56),
    ("标准化厂房三期", "竣工验收"): ("overdue", None, 36),
    ("际华3515军品产业园", "研发楼封顶"): ("overdue", None, 16),
    ("城区水系连通工程", "河道连通8公里"): ("overdue", None, 5),
    ("标准化厂房三期", "主体完工"): ("done", None, 8),
    ("双汇5000万只肉鸡项目", "屠宰车间封顶"): ("done", None, 14),
    ("城区水系连通工程", "征迁扫尾"): ("done", None, 24),
    ("职业教育园区", "用地手续办结"): ("done", None, 53),
    ("职业教育园区", "桩基施工"): ("done", None, 21),
}


def test_nodes_are_done_due_soon_due_or_overdue(zhaoling):
    told = {}
    for row in story("nodes.csv"):
        key = row["project_name"], row["node_name"]
        if row["replanned_date"] == "dropped":
            continue
        planned = day(row["replanned_date"] or row["planned_date"])
        usual = ("done", None, 0) if row["actual_date"] else ("not_due", (planned - TODAY).days, 0)
        told[key] = NODES.get(key, usual)
    found = zhaoling.ask(
        "select project_name, node_name, status, days_until_due, days_overdue"
        " from marts.mart_node_progress"
    )
    assert {(project, node): tuple(rest) for project, node, *rest in found} == told


def test_a_new_date_does_not_hide_the_one_first_promised(zhaoling):
    assert zhaoling.ask(
        "select node_name, first_planned_date, planned_date, replanned_count, days_postponed"
        " from marts.mart_node_progress where replanned_count > 0 order by 1"
    ) == [
        ("1号车间封顶", date(2022, 6, 20), date(2022, 7, 31), 1, 41),
        ("内外装修完成", date(2022, 7, 10), date(2022, 8, 9), 1, 30),
    ]


def test_reminders_come_a_week_ahead(zhaoling):
    reminded = "select node_name from marts.mart_node_progress where is_reminder_due"
    soon = {node for (_, node), (status, *_) in NODES.items() if status in ("due_soon", "due")}
    assert {node for (node,) in zhaoling.ask(reminded)} == soon


# --- supervision notices ---------------------------------------------------------------------------

# Node, due, issued, times reminded, last reminded, closed, why, done.
NODE_NOTICES = {
    ("电力专线接通", date(2022, 6, 10), JULY_7, 2, AUGUST_5, None, None, None),
    ("竣工验收", date(2022, 6, 30), JULY_7, 2, AUGUST_5, None, None, None),
    ("1号车间封顶", date(2022, 6, 20), JULY_7, 0, None, JULY_14, "replanned", None),
    ("1号车间封顶", date(2022, 7, 31), AUGUST_5, 0, None, None, None, None),
    ("屠宰车间封顶", date(2022, 6, 25), JULY_7, 0, None, JULY_14, "done", date(2022, 7, 9)),
    ("临时加压站", date(2022, 6, 5), JULY_7, 0, None, JULY_14, "withdrawn", None),
    ("研发楼封顶", date(2022, 7, 20), AUGUST_5, 0, None, None, None, None),
    ("河道连通8公里", date(2022, 7, 31), AUGUST_5, 0, None, None, None, None),
    ("桩基施工", date(2022, 6, 15), JULY_7, 1, JULY_14, AUGUST_5, "done", date(2022, 7, 6)),
    ("内外装修完成", date(2022, 7, 10), JULY_14, 0, None, AUGUST_5, "replanned", None),
}
HISTORY = "due_on, issued_on, reminder_count, last_reminded_on, closed_on"


def test_every_missed_node_has_its_notice_once_for_each_date_that_was_missed(zhaoling):
    found = zhaoling.ask(
        f"select what, {HISTORY}, close_reason, done_on from marts.mart_supervision_notice"
        " where kind = 'node'"
    )
    assert len(found) == len(NODE_NOTICES)
    assert set(found) == NODE_NOTICES


def test_every_overdue_issue_and_meeting_item_has_its_notice(zhaoling):
    found = zhaoling.ask(
        f"select i.issue_no, {', '.join('n.' + c for c in HISTORY.split(', '))}, n.done_on"
        " from marts.mart_supervision_notice as n inner join marts.mart_issue_ledger as i"
        " on n.what = i.problem where n.kind = 'issue'"
    )
    assert sorted(map(str, found)) == sorted(map(str, notices(issues(), ISSUES_KNOWN)))
    found = zhaoling.ask(
        f"select d.held_on || ' ' || d.meeting_type || ' ' || d.item,"
        f" {', '.join('n.' + c for c in HISTORY.split(', '))}, n.done_on"
        " from marts.mart_supervision_notice as n inner join marts.mart_dispatch as d"
        " on n.what = d.item and n.due_on = d.due_on where n.kind = 'meeting_item'"
    )
    assert sorted(map(str, found)) == sorted(map(str, notices(meeting_items(), ITEMS_KNOWN)))


def test_a_notice_says_what_was_to_be_done_by_when(zhaoling):
    ((text, unit),) = zhaoling.ask(
        "select notice_text, unit_code from marts.mart_supervision_notice where what = '研发楼封顶'"
    )
    assert unit == "gongxin"
    for words in ("际华3515军品产业园", "研发楼封顶", "2022年7月20日", "16天"):
        assert words in text


# --- issues ----------------------------------------------------------------------------------------

PERIODS = (
    "2022-W25",
    "2022-W27",
    "2022-W30",
    "2022-06-H2",
    "2022-07",
    "2022-Q2",
    "2022-H1",
    "2022",
)


def test_the_ledger_of_issues_is_as_the_lists_say(zhaoling):
    told = {}
    for issue, row in zip(issues(), story("issues.csv"), strict=True):
        is_new = week_of(issue.said_on) == "2022-W30"
        status = "销号" if issue.done_on else "新增" if is_new else "推进"
        age = ((issue.done_on or TODAY) - issue.said_on).days
        told[issue.name] = (status, row["unit_code"], age, issue.days_overdue(TODAY))
    found = zhaoling.ask(
        "select issue_no, status, unit_code, age_days, days_overdue from marts.mart_issue_ledger"
    )
    assert {no: tuple(rest) for no, *rest in found} == told
    assert zhaoling.ask(
        "select project_key, project_name from marts.mart_issue_ledger where project_key is null"
    ) == [(None, "双汇第三工业园")]


@pytest.mark.parametrize("period", PERIODS)
def test_new_going_on_and_resolved_in_a_period(zhaoling, period):
    first, last = bounds(period)
    told = {}
    for issue in issues():
        if issue.said_on > last or (issue.done_on and issue.done_on < first):
            continue
        is_resolved = issue.done_on is not None and issue.done_on <= last
        told[issue.name] = "销号" if is_resolved else "新增" if issue.said_on >= first else "推进"
    found = zhaoling.ask(
        "select issue_no, list from marts.mart_issue_period where period = ?", period
    )
    assert dict(found) == told


# --- meetings --------------------------------------------------------------------------------------


def test_items_are_done_open_or_overdue(zhaoling):
    told = Counter(
        (
            "done" if item.done_on else "overdue" if item.due_on < TODAY else "open",
            item.days_overdue(TODAY),
        )
        for item in meeting_items()
    )
    found = zhaoling.ask(
        "select status, days_overdue, count(*)::integer from marts.mart_dispatch group by 1, 2"
    )
    assert {(status, late): count for status, late, count in found} == told


def test_the_weeks_short_of_the_minimum_are_seen(zhaoling):
    visits, solved = defaultdict(set), Counter()
    for row in story("meetings.csv"):
        if row["meeting_type"] == "现场办公会":
            visits[week_of(day(row["held_on"]))].add((row["held_on"], row["project_name"]))
            if row["done_on"]:
                solved[week_of(day(row["done_on"]))] += 1
    weeks = [week_of(date(2022, 1, 3) + timedelta(7 * n)) for n in range(30)]
    told = [
        (w, len(visits[w]), max(2 - len(visits[w]), 0), solved[w], max(1 - solved[w], 0))
        for w in weeks
    ]
    found = zhaoling.ask(
        "select period, site_visit_count, site_visit_shortfall, problems_solved_count,"
        " problems_solved_shortfall from marts.mart_dispatch_week where scope = 'district' order by 1"
    )
    assert found == told
    # The week of the Spring Festival, and three weeks without a meeting on the site.
    assert [w for w, _, short, *_ in told if short] == [
        "2022-W03",
        "2022-W05",
        "2022-W09",
        "2022-W20",
    ]


# --- site reviews ----------------------------------------------------------------------------------


def _ranked(scores):
    return {
        name: 1 + sum(other > score for other in scores.values()) for name, score in scores.items()
    }


def test_months_and_half_years_are_ranked(zhaoling):
    months = defaultdict(dict)
    for row in story("reviews.csv"):
        total = Decimal(row["daily_score"]) + Decimal(row["site_score"])
        months[row["period"]][row["project_name"]] = total
    halves = defaultdict(lambda: defaultdict(list))
    for period, totals in months.items():
        for name, total in totals.items():
            halves["2022-H1" if period <= "2022-06" else "2022-H2"][name].append(total)
    told = {p: _ranked(scores) for p, scores in months.items()}
    told |= {
        p: _ranked({name: sum(all_) / len(all_) for name, all_ in scores.items()})
        for p, scores in halves.items()
    }
    found = zhaoling.ask("select period, subject_name, rank from marts.mart_site_review")
    assert {(p, name): rank for p, name, rank in found} == {
        (p, name): rank for p, ranks in told.items() for name, rank in ranks.items()
    }


def test_the_last_at_half_year_is_named(zhaoling):
    assert zhaoling.ask(
        "select subject_name, unit_code, months_reviewed from marts.mart_site_review"
        " where period = '2022-H1' and is_last_at_half_year"
    ) == [("新型建材产业园", "qingnian", 5)]
