"""The stories of bundled districts as records: what their units sent in the year, taken together.

An independent computation (``policy_reference``) works on them; no workbook and no table of the
pipeline is read. Only what is in force at the year's end is told, once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from policy_reference.records import (
    CrossTable,
    District,
    Ledger,
    LedgerRow,
    Report,
    ReportRow,
    ReserveEntry,
    ReserveList,
    Statistics,
    Verification,
    last_day,
)
from policy_reference.tables import Row, amount, day, declared
from replays import DISTRICTS, profile_table

YEAR = 2019
ARRIVED = datetime(2020, 1, 8)


def _policies(profile: str, lights: str) -> District:
    def read(name: str) -> list[Row]:
        path = f"{name}.csv"
        return profile_table(profile, path) if (DISTRICTS / profile / path).is_file() else []

    return declared(read, "linear_month", lights)


def _ledger(rows: list[Row]) -> Ledger:
    return Ledger("fagai", YEAR, ARRIVED, tuple(
        LedgerRow(
            row["project_name"], row["project_code"] or None, row["unit_code"], row["nature"],
            Decimal(row["total_investment_wanyuan"]), amount(row["plan_year_wanyuan"]),
            amount(row["cumulative_prior_wanyuan"]), day(row["planned_start"]),
            day(row["planned_completion"]), row.get("tier"), row.get("category"), row["township"],
            leader=row.get("lead_official"),
        )
        for row in rows
    ))  # fmt: skip


def _report(period: str, figures: dict[str, Decimal], dates: dict[str, Row]) -> Report:
    """Year-to-date by project, with the dates that have come by then."""

    def told(name: str, kind: str):
        found = day(dates.get(name, {}).get(f"reported_{kind}"))
        return found if found and found <= last_day(period) else None

    return Report("fagai", period, ARRIVED, tuple(
        ReportRow(name, ytd, told(name, "start"), told(name, "completion"))
        for name, ytd in figures.items()
    ))  # fmt: skip


def _verified(dates: dict[str, Row]) -> Verification:
    """All registers of the year as one: dates are the union over the months."""
    return Verification("fagai", f"{YEAR}-12", ARRIVED, tuple(
        (name, day(row["verified_start"]), day(row["verified_completion"]))
        for name, row in dates.items()
    ))  # fmt: skip


def haizhou() -> District:
    """Targets as adjusted in June, figures of the departments, and the projects counted."""

    def story(name: str) -> list[Row]:
        return profile_table("haizhou-2019", f"story/{name}.csv")

    district = _policies("haizhou-2019", "monthly")
    projects = story("projects")
    by_name = {row["project_name"]: row for row in projects}
    columns = tuple(indicator.indicator_id for indicator in district.indicators)
    targets = {(row["unit_code"], one): row[one] for row in story("targets") for one in columns}
    for change in story("target_changes"):
        targets[change["unit_code"], change["indicator_id"]] = change["new_value"]
    actuals = story("actuals")
    works = [row for row in projects if row["nature"] != "储备"]
    return replace(
        district,
        ledgers=(_ledger(projects),),
        reports=tuple(
            _report(f"{YEAR}-{month}", {row["project_name"]: Decimal(row[f"m{month}"]) for row in works}, by_name)
            for month in ("06", "09", "12")
        ),
        verifications=(_verified(by_name),),
        targets=(CrossTable("zhengfuban", str(YEAR), ARRIVED, columns, {
            key: Decimal(value) for key, value in targets.items() if value}),),
        indicator_reports=tuple(
            CrossTable(one.provider or "", f"{YEAR}-{month[1:]}", ARRIVED, (one.indicator_id,), {
                (row["unit_code"], one.indicator_id): Decimal(row[month])
                for row in actuals if row["indicator_id"] == one.indicator_id})
            for month in actuals[0] if month.startswith("m")
            for one in district.indicators if one.source == "reported"
        ),
        reserves=(ReserveList("fagai", YEAR, ARRIVED, tuple(
            ReserveEntry(row["project_name"], Decimal(row["total_investment_wanyuan"]), row["unit_code"])
            for row in story("reserve"))),),
    )  # fmt: skip


def chengde() -> District:
    """The adjusted ledger, the reports by month and first half, and who is entered in statistics."""

    def story(name: str) -> list[Row]:
        return profile_table("chengde-2019", f"story/{name}.csv")

    def by(name: str, column: str) -> dict[str, Row]:
        return {row[column]: row for row in story(name)}

    projects, dates = by("projects", "project_name"), by("starts_and_completions", "project_name")
    groups = by("groups", "group")
    for row in projects.values():
        row["category"] = groups[row["group"]]["group_name"]
    for change in story("ledger_changes"):
        projects[change["project_name"]][change["field"]] = change["new_value"]
    halves = by("first_halves", "project_name")
    figures: dict[str, dict[str, Decimal]] = {}
    for row in story("investment"):
        name, ytd = row.pop("project_name"), Decimal(0)
        for month, invested in row.items():
            period = f"{YEAR}-{month[1:]}"
            if first := halves[name].get(month):
                figures.setdefault(f"{period}-H1", {})[name] = ytd + Decimal(first)
            if invested:
                ytd += Decimal(invested)
                figures.setdefault(period, {})[name] = ytd
    entered = by("statistics_ytd", "statistics_code")
    matched = {
        row["project_name"]: entered[row["statistics_code"]]
        for row in story("expected_december_reconciliation")
        if row["match_class"].startswith("matched")
    }
    return replace(
        _policies("chengde-2019", "half_monthly"),
        ledgers=(_ledger(list(projects.values())),),
        reports=tuple(_report(period, rows, dates) for period, rows in figures.items()),
        verifications=(_verified(dates),),
        statistics=tuple(
            Statistics(f"{YEAR}-{month[1:]}", ARRIVED, frozenset(
                name for name, row in matched.items() if row[month]))
            for month in next(iter(entered.values())) if month.startswith("m")
        ),
    )  # fmt: skip
