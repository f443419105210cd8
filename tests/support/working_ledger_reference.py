"""Issues, meetings and reviews counted by hand: plain records and plain dates, nothing of the product's SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from policy_reference.facts import Facts
from working_ledger_records import (
    IssueRow,
    MeetingRow,
    Period,
    ReviewRow,
    Sent,
    WeeklyMinimum,
    in_force,
    periods_of,
    week_of,
    weeks_of,
)

ON_SITE = "现场办公会"


def late_by(due: date | None, done: date | None, today: date) -> int | None:
    return None if due is None else max(((done or today) - due).days, 0)


class WorkingLedgers:
    """What the lists say as of one day. ``units`` maps what people write to unit codes."""

    def __init__(
        self, facts: Facts, units: Mapping[str, str], today: date,
        issues: Iterable[Sent[IssueRow]], meetings: Iterable[Sent[MeetingRow]],
        reviews: Iterable[Sent[ReviewRow]], minimums: Iterable[WeeklyMinimum],
    ) -> None:  # fmt: skip
        self.facts, self.units, self.today = facts, units, today
        self._issues, self._meetings, self._reviews = list(issues), list(meetings), list(reviews)
        self._minimums = list(minimums)
        self.years = sorted({ledger.year for ledger in facts.district.ledgers})
        self._periods = {p.name: p for year in (2023, *self.years) for p in periods_of(year)}

    def is_known(self, project: str | None) -> bool:
        return any(project in self.facts.listed(year) for year in self.years)

    # Issues ---------------------------------------------------------------------------------------

    def issues(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        standing = {
            (sent.unit, row.number): (sent, row)
            for sent in in_force(self._issues)
            for row in sent.rows
        }
        return {key: self._issue(*told) for key, told in standing.items()}

    def _issue(self, sent: Sent[IssueRow], row: IssueRow) -> dict[str, Any]:
        told = [
            (one.arrived, other)
            for one in sorted(self._issues, key=lambda one: one.arrived)
            for other in one.rows
            if (one.unit, other.number) == (sent.unit, row.number)
        ]
        since: datetime | None = None
        for arrived, other in told:
            since = (since or arrived) if other.is_resolved else None
        closed = (row.resolved or (since or sent.arrived).date()) if row.is_resolved else None
        period = self._periods[sent.period]
        if row.is_resolved:
            status = "销号"
        else:
            status = row.status or ("新增" if period.first <= row.raised <= period.last else "推进")
        return {
            "unit_code": self.units.get(row.responsible or "", sent.unit),
            "project_name": row.project, "is_known": self.is_known(row.project),
            "status": status, "raised_on": row.raised, "due_on": row.due,
            "resolved_on": row.resolved, "closed_on": closed,
            "age_days": ((closed or self.today) - row.raised).days,
            "days_overdue": late_by(row.due, closed, self.today),
            "is_overdue": closed is None and row.due is not None and row.due < self.today,
            "first_reported_at": told[0][0], "reported_period": sent.period,
        }  # fmt: skip

    def issue_periods(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        found = {}
        for (unit, number), issue in self.issues().items():
            raised, due = issue["raised_on"], issue["due_on"]
            closed = issue["closed_on"] and max(issue["closed_on"], raised)
            for period in (p for year in self.years for p in periods_of(year)):
                as_of = min(period.last, self.today)
                if (
                    period.first > self.today
                    or raised > as_of
                    or (closed and closed < period.first)
                ):
                    continue
                resolved = closed if closed is not None and closed <= as_of else None
                is_new = raised >= period.first
                found[unit, number, period.name] = {
                    "period_type": period.kind, "as_of": as_of,
                    "list": "销号" if resolved else "新增" if is_new else "推进",
                    "is_new": is_new, "is_resolved": resolved is not None,
                    "is_ongoing": not is_new and resolved is None,
                    "age_days": ((resolved or as_of) - raised).days,
                    "days_overdue": late_by(due, resolved, as_of),
                    "is_overdue": resolved is None and due is not None and due < as_of,
                }  # fmt: skip
        return found

    # Meetings -------------------------------------------------------------------------------------

    def _items(self) -> dict[Any, tuple[Sent[MeetingRow], MeetingRow]]:
        return {row.key: (sent, row) for sent in in_force(self._meetings) for row in sent.rows}

    def dispatch(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        return {
            key: {
                "week": week_of(row.held), "month": f"{row.held:%Y-%m}",
                "unit_code": self.units.get(row.responsible or "", sent.unit),
                "is_known": self.is_known(row.project), "due_on": row.due, "done_on": row.done,
                "status": "done" if row.done else
                "overdue" if row.due and row.due < self.today else "open",
                "days_overdue": late_by(row.due, row.done, self.today),
                "reported_period": sent.period, "submitter_code": sent.unit,
            }
            for key, (sent, row) in self._items().items()
        }  # fmt: skip

    def _active(self, week: Period) -> dict[str, str]:
        """Projects being built when the week ends → their units."""
        facts, year = self.facts, int(week.name[:4])
        active = {}
        for name, row in facts.listed(year).items():
            started, completed = facts.started_on(name), facts.completed_on(name)
            left = facts.exit_month(year, name)
            if (
                row.nature != "储备" and name not in facts.parents(year)
                and (left is None or left > f"{week.last:%Y-%m}")
                and (completed is None or completed > week.last)
                and (facts.is_carried_over(row) or (started is not None and started <= week.last))
            ):  # fmt: skip
                active[name] = row.unit
        return active

    def dispatch_weeks(self, unit_names: Mapping[str, str], district: str) -> dict[Any, Any]:
        """By week, scope and the member's name."""
        held = {week_of(row.held) for _, row in self._items().values()}
        found = {}
        for week in (week for year in self.years for week in weeks_of(year)):
            first = min((name for name in held if name[:4] == week.name[:4]), default=None)
            if first is None or week.name < first or week.last >= self.today:
                continue
            active = self._active(week)
            members = [("project", name) for name in active] + [("district", district)]
            members += [("unit", unit_names[unit]) for unit in set(active.values())]
            for scope, member in members:
                found[week.name, scope, member] = self._counted(week, scope, member, unit_names)
        return found

    def _counted(self, week: Period, scope: str, member: str, names: Mapping[str, str]) -> Any:
        sites: dict[date, set[str]] = {}
        solved = 0
        for sent, row in self._items().values():
            listed = self.facts.listed(row.held.isocalendar()[0]).get(row.project or "")
            unit = listed.unit if listed else self.units.get(row.responsible or "", sent.unit)
            told = {"project": row.project, "unit": names[unit], "district": member}[scope]
            if row.kind != ON_SITE or told != member:
                continue
            if week.first <= row.held <= week.last:
                sites.setdefault(row.held, set()).update([row.project] if row.project else [])
            solved += row.done is not None and week.first <= row.done <= week.last
        counts = {
            "site_visits": ("site_visit", sum(max(len(named), 1) for named in sites.values())),
            "problems_solved_on_site": ("problems_solved", solved),
        }
        begun = [one for one in self._minimums if one.valid_from <= week.last]
        start = max((one.valid_from for one in begun), default=None)
        asked = {
            one.measure: one for one in begun if one.valid_from == start and one.scope == scope
        }
        row_found: dict[str, Any] = {
            "rule_version": next((one.version for one in asked.values()), None)
        }
        for measure, (column, count) in counts.items():
            least = asked[measure].minimum if measure in asked else None
            row_found[f"{column}_count"] = count
            row_found[f"{column}_minimum"] = least
            row_found[f"{column}_shortfall"] = None if least is None else max(least - count, 0)
        return row_found

    # Reviews --------------------------------------------------------------------------------------

    def reviews(self, unit_names: Mapping[str, str]) -> dict[tuple[Any, ...], dict[str, Any]]:
        """By period, kind of subject and its name."""
        standing: dict[tuple[str, str, str], tuple[str, ReviewRow]] = {}
        for sent in in_force(self._reviews):
            for row in sent.rows:
                reviewed = self.units.get(row.subject)
                kind, name = (
                    ("unit", unit_names[reviewed]) if reviewed else ("project", row.subject)
                )
                unit = reviewed or self.units.get(row.responsible or "") or self._unit_of(name)
                standing[row.month or sent.period, kind, name] = unit or sent.unit, row
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        halves: dict[tuple[str, str, str], list[str]] = {}
        for (month, kind, name), (unit, row) in standing.items():
            found[month, kind, name] = {
                "unit_code": unit, "daily_score": row.daily, "site_score": row.site,
                "total_score": row.total, "months_reviewed": int(row.total is not None),
                "period_type": "month",
            }  # fmt: skip
            half = f"{month[:4]}-H{1 if month[5:7] <= '06' else 2}"
            halves.setdefault((half, kind, name), []).append(month)
        for (half, kind, name), months in halves.items():
            rows = [found[month, kind, name] for month in sorted(months)]
            found[half, kind, name] = {
                "unit_code": rows[-1]["unit_code"], "period_type": "half_year",
                "months_reviewed": sum(row["months_reviewed"] for row in rows),
                **{score: _average([row[score] for row in rows])
                   for score in ("daily_score", "site_score", "total_score")},
            }  # fmt: skip
        self._rank(found)
        return found

    def _unit_of(self, project: str) -> str | None:
        listed = [self.facts.listed(year).get(project) for year in self.years]
        return next((row.unit for row in reversed(listed) if row), None)

    def _rank(self, found: Mapping[tuple[str, str, str], dict[str, Any]]) -> None:
        for (period, kind, _), row in found.items():
            totals = [
                other["total_score"]
                for (other_period, other_kind, _), other in found.items()
                if (other_period, other_kind) == (period, kind) and other["total_score"] is not None
            ]
            total = row["total_score"]
            ranked = total is not None
            row["rank"] = 1 + sum(other > total for other in totals) if ranked else None
            row["is_last"] = ranked and row["rank"] > 1 and total == min(totals)
            row["is_last_at_half_year"] = row["is_last"] and row["period_type"] == "half_year"
            row["is_provisional"] = self._periods[period].last >= self.today


def _average(scores: Iterable[Fraction | None]) -> Fraction | None:
    given = [score for score in scores if score is not None]
    return sum(given, Fraction(0)) / len(given) if given else None
