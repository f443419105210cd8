"""Who reports on time: every duty of the plan, against the days on which the story's files came."""

from collections import Counter, defaultdict
from datetime import date

from zhaoling import story, taken_on

DUE = {
    "2022": date(2022, 7, 7),
    "2022-06": date(2022, 7, 7),
    "2022-07": date(2022, 8, 5),
    "2022-08": date(2022, 9, 7),
    # After the National Day: the 8th and 9th of October, a weekend, are worked.
    "2022-09": date(2022, 10, 12),
    "2022-10": date(2022, 11, 7),
    "2022-11": date(2022, 12, 7),
    "2022-12": date(2023, 1, 9),
    "2022-W26": date(2022, 7, 8),
    "2022-W27": date(2022, 7, 15),
    "2022-W30": date(2022, 8, 5),
}
# Status, days late, attempts, first pass, errors.
COMPLIANCE = {
    ("minzheng", "progress_report", "2022-06"): ("missing", 29, 0, None, 0),
    ("laowo", "progress_report", "2022-06"): ("late", 7, 1, True, 0),
    ("shuili", "progress_report", "2022-06"): ("late", 7, 2, False, 1),
    ("zhujian", "progress_report", "2022-06"): ("on_time", 0, 2, True, 0),
    ("jiaotong", "progress_report", "2022-06"): ("on_time", 0, 1, True, 0),
    ("chengguan", "progress_report", "2022-07"): ("refused", 0, 1, False, 1),
    ("keji", "progress_report", "2022-07"): ("not_due", 0, 0, None, 0),
    ("ducha", "issue_ledger", "2022-W27"): ("on_time", 0, 2, False, 1),
}


def test_every_duty_is_on_time_late_refused_missing_or_not_due(zhaoling):
    sent = Counter((r["unit_code"], r["form_id"], r["period"]) for r in story("returns.csv"))
    found = zhaoling.ask(
        "select unit_code, form_id, period, due_at::date, status, days_late, attempts, first_pass,"
        " error_count from marts.mart_reporting_compliance"
    )
    # 23 units for seven months, seven plans, one ledger, three forms for seven months, three weeks.
    assert len(found) == 23 * 7 + 7 + 1 + 3 * 7 + 3
    for unit, form, period, due, *rest in found:
        duty = (unit, form, period)
        in_time = ("on_time", 0, sent[duty], True, 0)
        usual = in_time if sent[duty] else ("not_due", 0, 0, None, 0)
        assert (due, *rest) == (DUE[period], *COMPLIANCE.get(duty, usual)), duty


def test_what_came_is_stamped_by_the_load_that_took_it(zhaoling):
    arrivals = defaultdict(set)
    for row in story("returns.csv"):
        arrivals[row["unit_code"], row["form_id"], row["period"]].add(taken_on(row["arrived_at"]))
    found = zhaoling.ask(
        "select unit_code, form_id, period, first_received_at::date"
        " from marts.mart_reporting_compliance where first_received_at is not null"
    )
    assert found
    assert all(first == min(arrivals[tuple(duty)]) for *duty, first in found)


def test_a_corrected_return_leaves_the_difference(zhaoling):
    assert zhaoling.ask(
        "select a.file_name, b.file_name from marts.fct_submissions as a"
        " inner join marts.fct_submissions as b on a.superseded_by = b.receipt_id"
        " where a.form_id = 'progress_report'"
    ) == [("住建局重点项目月报（2022年6月）.xlsx", "住建局重点项目月报（2022年6月）（补报）.xlsx")]
