"""The records of an independent computation written as a district would write and send them.

Config tables as CSV (contract §3), returns as the rows a load leaves in ``raw``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
from policy_reference.records import (
    CrossTable,
    District,
    Ledger,
    Report,
    ReserveList,
    ScoreRule,
    Statistics,
    Verification,
)

from pipelines.database import Connection
from pipelines.text import name_key

TOML = """\
[district]
name = "试验区"
code = "330199"
reporting_year = {year}

[policy]
time_progress = "{time_progress}"
lights = "{lights}"
"""


def _number(value: Fraction | None) -> str:
    return "" if value is None else str(float(value))


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, listed[0].keys())
        writer.writeheader()
        writer.writerows(listed)


def _parameters(rule: ScoreRule) -> str:
    given: dict[str, Any] = {}
    if rule.shape == "per_point":
        given["points_above"] = float(rule.points_above)
        given["points_below"] = float(rule.points_below)
    if rule.bands:
        given["bands"] = [[float(lower), float(points)] for lower, points in rule.bands]
    if rule.points:
        given["points"] = [float(points) for points in rule.points]
    if rule.exemption != "drop":
        given["exemption"] = rule.exemption
    return json.dumps(given) if given else ""


def write_config(folder: Path, d: District, plan: Iterable[Mapping[str, str]], year: int) -> None:
    """``taizhang.toml`` and ``config/*.csv`` of a home."""
    config = folder / "config"
    config.mkdir(parents=True)
    (folder / "taizhang.toml").write_text(
        TOML.format(year=year, time_progress=d.time_progress, lights=d.lights), "utf-8"
    )
    _write(config / "units.csv", (
        {"unit_code": u.code, "unit_name": u.name, "unit_type": "township", "aliases": "",
         "assessed": str(u.assessed).lower(), "group": u.group or "", "contacts": "",
         "valid_from": u.valid_from or "", "valid_to": u.valid_to or ""} for u in d.units))  # fmt: skip
    _write(config / "reporting_plan.csv", plan)
    _write(config / "indicators.csv", (
        {"indicator_id": i.indicator_id, "indicator_name": i.name, "aliases": "",
         "measure_unit": i.measure_unit, "source": i.source, "measure": i.measure or "",
         "min_total_wanyuan": i.min_total or "", "basis": i.basis or "",
         "provider_unit_code": i.provider or "", "parent_indicator_id": i.parent or ""}
        for i in d.indicators))  # fmt: skip
    _write(config / "score_rules.csv", (
        {"rule_version": r.version, "valid_from": r.valid_from, "group": r.group,
         "indicator_id": r.indicator_id, "shape": r.shape, "weight": _number(r.weight),
         "parameters": _parameters(r), "cap": _number(r.cap), "floor": _number(r.floor),
         "exempt_units": ";".join(sorted(r.exempt))} for r in d.score_rules))  # fmt: skip
    _write(config / "size_weights.csv", (
        {"rule_version": w.version, "valid_from": w.valid_from,
         "lower_bound_wanyuan": w.lower_bound, "weight": _number(w.weight)}
        for w in d.size_weights))  # fmt: skip
    _write(config / "light_rules.csv", (
        {"rule_version": r.version, "valid_from": r.valid_from, "component": r.component,
         "light": r.light, "measure": r.measure, "operator": r.operator,
         "threshold": _number(r.threshold), "note": ""} for r in d.light_rules))  # fmt: skip
    _write(config / "awards.csv", (
        {"award_id": a.award_id, "award_name": a.name, "scope": a.scope, "group": a.group or "",
         "winners": a.winners, "prize_wanyuan": a.prize} for a in d.awards))  # fmt: skip
    _write(config / "vetoes.csv", (
        {"unit_code": unit, "year": one_year, "reason": reason, "decided_by": "考核办",
         "decided_at": f"{one_year}-01-02"}
        for (unit, one_year), reason in (d.vetoes or {}).items()))  # fmt: skip
    _write(config / "waivers.csv", (
        {"rule_id": f"light:{w.component}", "unit_code": w.unit, "form_id": "",
         "period": w.period or "", "project": w.project or "", "requested_by": "申请人",
         "approved_by": "考核办", "reason": "不可抗力", "expires": w.expires}
        for w in d.waivers))  # fmt: skip
    if d.phased:
        codes = {row.name: row.code for ledger in d.ledgers for row in ledger.rows}
        _write(config / "phased_plan.csv", (
            {"project": codes[project] or project, "period": month, "planned_ytd_wanyuan": planned}
            for (project, month), planned in d.phased.items()))  # fmt: skip


class Rows:
    """The rows of all returns, and who superseded whom, as a load decides it."""

    def __init__(self, district: District) -> None:
        self.names = {unit.code: unit.name for unit in district.units}
        self.codes = {
            row.name: row.code for ledger in district.ledgers for row in ledger.rows if row.code
        }
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self._numbers = count(1)
        self._receipts: dict[tuple[str, str, str], list[tuple[dict[str, Any], frozenset[str]]]] = {}
        for sent, form_id, period, rows, columns in sorted(
            self._returns(district), key=lambda one: one[0].arrived
        ):
            self._add(sent, form_id, period, rows, columns)

    def _returns(self, d: District) -> Iterable[tuple[Any, str, str, list[dict[str, Any]], tuple]]:
        for one in d.ledgers:
            yield one, "project_ledger", str(one.year), [self._ledger(r, one) for r in one.rows], ()
        for report in d.reports:
            yield report, "progress_report", report.period, self._progress(report), ()
        for register in d.verifications:
            yield register, "start_completion_register", register.month, self._dates(register), ()
        for listed in d.reserves:
            yield listed, "reserve_projects", str(listed.year), self._reserve(listed), ()
        for statistics in d.statistics:
            yield statistics, "statistics_fai", statistics.month, self._statistics(statistics), ()
        for form_id, tables in (("target_breakdown", d.targets), ("indicator_report", d.indicator_reports)):  # fmt: skip
            for table in tables:
                yield table, form_id, table.period, self._crossed(table), table.columns

    def _add(
        self, sent: Any, form_id: str, period: str, rows: list[dict[str, Any]], columns: tuple
    ) -> None:
        number = next(self._numbers)
        receipt_id = f"r{number:05}"
        unit = getattr(sent, "unit", None) or getattr(sent, "submitter", "tongji")
        slot = self._receipts.setdefault((unit, form_id, period), [])
        receipt = {
            "receipt_id": receipt_id, "load_id": "1", "unit_code": unit,
            "inbox_path": f"{unit}/{number}.xlsx", "file_name": f"{number}.xlsx",
            "sha256": f"{number:064}", "size_bytes": 1, "file_modified_at": sent.arrived,
            "modified_ns": 0, "received_at": sent.arrived, "is_inbox_cleared": True,
            "status": "accepted", "form_id": form_id, "period": period,
            "is_restricted": form_id == "statistics_fai", "version_no": len(slot) + 1,
            "superseded_by": None, "is_answered": True,
        }  # fmt: skip
        for older, shown in slot:
            if older["superseded_by"] is None and shown <= frozenset(columns):
                older["superseded_by"] = receipt_id
        slot.append((receipt, frozenset(columns)))
        self.tables.setdefault("receipts", []).append(receipt)
        position = {"receipt_id": receipt_id, "sheet": "Sheet1", "block_no": 1}
        self.tables.setdefault(form_id, []).extend(
            position | {"row_number": place} | row for place, row in enumerate(rows, 4)
        )
        self.tables.setdefault("columns", []).extend(
            position
            | {"column_number": place, "column_letter": "C", "header_row": 3, "heading": column,
               "field": column}
            for place, column in enumerate(columns, 2)
        )  # fmt: skip

    def _named(self, name: str) -> dict[str, Any]:
        return {
            "project_code": self.codes.get(name), "project_name": name,
            "project_name_key": name_key(name),
        }  # fmt: skip

    def _ledger(self, row: Any, ledger: Ledger) -> dict[str, Any]:
        responsible = None if row.unit == ledger.unit else self.names[row.unit]
        return self._named(row.name) | {
            "tier": row.tier, "category": row.category, "ledger_nature": row.nature,
            "township": row.township, "total_investment_wanyuan": row.total,
            "cumulative_prior_wanyuan": row.prior, "plan_year_wanyuan": row.plan,
            "planned_start": row.planned_start, "planned_completion": row.planned_completion,
            "responsible_unit": responsible,
            "responsible_unit_key": responsible and name_key(responsible),
            "package": row.package, "package_key": row.package and name_key(row.package),
        }  # fmt: skip

    def _progress(self, report: Report) -> list[dict[str, Any]]:
        return [
            self._named(row.name)
            | {"investment_ytd_wanyuan": row.ytd, "actual_start": row.start,
               "actual_completion": row.completion}
            for row in report.rows
        ]  # fmt: skip

    def _dates(self, register: Verification) -> list[dict[str, Any]]:
        return [
            self._named(name) | {"verified_start": start, "verified_completion": completion}
            for name, start, completion in register.rows
        ]

    def _reserve(self, listed: ReserveList) -> list[dict[str, Any]]:
        return [
            {"project_name": entry.name, "project_name_key": name_key(entry.name),
             "total_investment_wanyuan": entry.total,
             "responsible_unit": None if entry.unit == listed.unit else self.names[entry.unit],
             "responsible_unit_key": None if entry.unit == listed.unit
             else name_key(self.names[entry.unit])}
            for entry in listed.rows
        ]  # fmt: skip

    def _statistics(self, statistics: Statistics) -> list[dict[str, Any]]:
        return [
            {"statistics_code": f"TJ-{name}", "statistics_name": name,
             "statistics_name_key": name_key(name), "project_code": self.codes.get(name),
             "ytd_wanyuan": Decimal(100)}
            for name in sorted(statistics.names)
        ]  # fmt: skip

    def _crossed(self, table: CrossTable) -> list[dict[str, Any]]:
        return [
            {"unit_name": self.names[unit], "unit_name_key": name_key(self.names[unit]),
             "indicator_id": indicator_id, "indicator_value": value}
            for (unit, indicator_id), value in table.values.items()
        ]  # fmt: skip


def store_rows(connection: Connection, district: District, now: datetime) -> None:
    """Put every return into ``raw``, as one finished load."""
    connection.execute(
        "insert into raw.loads (load_id, now_at, is_finished) values ('1', ?, true)",
        [now + timedelta(minutes=1)],
    )
    insert_rows(connection, Rows(district).tables)


def insert_rows(connection: Connection, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put rows into the tables of ``raw`` named; columns that no row has stay empty."""
    for name, rows in tables.items():
        if not rows:
            continue
        table = pa.Table.from_pylist(rows, _schema(connection, name, rows))
        connection.register("incoming", table)
        connection.execute(f"insert into raw.{name} by name select * from incoming")
        connection.unregister("incoming")


_ARROW = {
    "VARCHAR": pa.string(), "DATE": pa.date32(), "DECIMAL(18,4)": pa.decimal128(18, 4),
    "INTEGER": pa.int32(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us"),
}  # fmt: skip


def _schema(connection: Connection, name: str, rows: list[dict[str, Any]]) -> pa.Schema:
    described = connection.execute(f"describe raw.{name}").fetchall()
    keys = rows[0].keys()
    return pa.schema([(column, _ARROW[kind]) for column, kind, *_ in described if column in keys])
