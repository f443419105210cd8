"""What was promised, stuck, told and assessed in five months, recomputed from the story with the calendar."""

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from xunyang import FEBRUARY_DUE, PUBLISHED_ON, day, misses, node_status, overdue_days, story

# --- nodes, reminders, notices ---------------------------------------------------------------------


def test_every_node_stands_as_the_calendar_says(xunyang):
    told = {}
    for row in story("nodes.csv"):
        planned, actual = day(row["replanned_date"] or row["planned_date"]), day(row["actual_date"])
        told[row["project_name"], row["node_name"]] = (
            planned,
            actual,
            node_status(planned, actual),
            overdue_days(planned, actual),
            int(bool(row["replanned_date"])),
        )
    found = xunyang.ask(
        "select project_name, node_name, planned_date, actual_date, status, days_overdue,"
        " replanned_count from marts.mart_node_progress"
    )
    assert {(project, node): tuple(rest) for project, node, *rest in found} == told


def test_groups_are_reminded_ahead_of_key_nodes(xunyang):
    assert xunyang.ask(
        "select unit_code, node_name, days_until_due from marts.mart_node_progress"
        " where is_reminder_due order by 3"
    ) == [
        ("zu09", "一号库基础完成", 0),
        ("zu12", "冷库主体封顶", 2),
        ("zu02", "外装修完成", 4),
        ("zu07", "主体施工至三层", 7),
    ]


def test_each_miss_has_one_notice_from_the_load_that_found_it(xunyang):
    in_march, in_june = misses(FEBRUARY_DUE), misses(PUBLISHED_ON)
    told = {
        (*miss, FEBRUARY_DUE if miss in in_march else PUBLISHED_ON, miss in in_june)
        for miss in in_march | in_june
    }
    found = xunyang.ask(
        "select kind, coalesce(project_name, ''), what, due_on, issued_on, status = 'open'"
        " from marts.mart_supervision_notice"
    )
    assert len(found) == len(told) and set(found) == told


def test_what_was_open_since_march_was_reminded_and_what_was_done_or_put_off_closed(xunyang):
    assert xunyang.ask(
        "select what, status, close_reason, reminder_count, done_on, days_overdue"
        " from marts.mart_supervision_notice where issued_on = '2020-03-06' order by unit_code, kind"
    ) == [
        ("外地工人返岗需要隔离，宿舍不够", "closed", "done", 0, date(2020, 3, 9), 5),
        ("全面复工", "closed", "done", 0, date(2020, 3, 10), 14),
        ("全面复工", "closed", "done", 0, date(2020, 3, 16), 25),
        ("土地平整", "closed", "done", 0, date(2020, 3, 27), 28),
        ("环评批复", "closed", "replanned", 0, None, 92),
        ("环保设施方案审定", "open", None, 1, None, 88),
    ]


# --- weekly list, meetings, monthly assessment, lights ---------------------------------------------


@pytest.mark.parametrize("week", range(9, 23))
def test_each_weekly_list_has_its_new_ongoing_and_closed_issues(xunyang, week):
    monday, sunday = (date.fromisocalendar(2020, week, weekday) for weekday in (1, 7))
    told = {}
    for row in story("issues.csv"):
        raised, resolved = day(row["raised_on"]), day(row["resolved_on"])
        if raised <= sunday and not (resolved and resolved < monday):
            is_closed = resolved is not None and resolved <= sunday
            told[row["issue_no"]] = "销号" if is_closed else "新增" if raised >= monday else "推进"
    lists = (
        f"select issue_no, list from marts.mart_issue_period where period = '2020-W{week:02}'"
        " and (is_new or is_resolved or is_ongoing)"
    )
    assert dict(xunyang.ask(lists)) == told


def test_open_issues_are_as_old_and_as_late_as_the_calendar_says(xunyang):
    told = {
        row["issue_no"]: (
            ((day(row["resolved_on"]) or PUBLISHED_ON) - day(row["raised_on"])).days,
            overdue_days(day(row["due_on"]), day(row["resolved_on"])),
            row["unit_code"],
        )
        for row in story("issues.csv")
    }
    found = xunyang.ask(
        "select issue_no, age_days, days_overdue, unit_code from marts.mart_issue_ledger"
    )
    assert {number: tuple(rest) for number, *rest in found} == told


def test_items_of_the_meetings_are_done_open_or_overdue(xunyang):
    told = Counter()
    for row in story("dispatch.csv"):
        late = day(row["due_on"]) < PUBLISHED_ON
        status = "done" if row["done_on"] else "overdue" if late else "open"
        told[row["meeting_type"], row["unit_code"], status] += 1
    found = xunyang.ask(
        "select meeting_type, unit_code, status, count(*)::integer from marts.mart_dispatch"
        " group by all"
    )
    assert {tuple(key): count for *key, count in found} == told


def test_the_assessment_ranks_the_groups_each_month_and_over_the_half_year(xunyang):
    sums = {}
    for row in story("reviews.csv"):
        for month in ("03", "04", "05"):
            total = Fraction(row[f"daily_{month}"]) + Fraction(row[f"site_{month}"])
            sums.setdefault(f"2020-{month}", {})[row["unit_code"]] = total
    months = list(sums.values())
    sums["2020-H1"] = {
        unit: sum((month[unit] for month in months), Fraction(0)) / 3 for unit in months[0]
    }
    told = {
        (period, unit): 1 + sum(other > total for other in totals.values())
        for period, totals in sums.items()
        for unit, total in totals.items()
    }
    found = xunyang.ask("select period, subject_code, rank from marts.mart_site_review")
    assert {(period, unit): rank for period, unit, rank in found} == told
    last = "select subject_name from marts.mart_site_review where is_last_at_half_year"
    assert xunyang.ask(last) == [("第七项目小组",)]


def test_a_project_that_lags_or_misses_nodes_is_warned_about(xunyang):
    lights = xunyang.ask(
        "select distinct light from marts.mart_project_light where period = '2020-05'"
    )
    assert {light for (light,) in lights} == {"green", "yellow"}
    overdue = {
        row["project_name"]
        for row in story("nodes.csv")
        if (row["replanned_date"] or row["planned_date"]) <= "2020-05-31"
        and (not row["actual_date"] or row["actual_date"] > "2020-05-31")
    }
    warned = "select project_name from marts.mart_project_light where period = '2020-05' and node_light = 'yellow'"
    assert {name for (name,) in xunyang.ask(warned)} == overdue
