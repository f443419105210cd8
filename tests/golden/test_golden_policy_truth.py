"""Two truths of one story agree: the tables worked out by hand, and what the independent computation gives for the
same grids (tests/support/policy_reference). No pipeline takes part."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from golden_scenarios import scenario
from golden_tables import arithmetic
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import Lights
from policy_reference.records import (
    Award,
    CrossTable,
    District,
    Indicator,
    Ledger,
    LedgerRow,
    LightRule,
    Report,
    ReportRow,
    ReserveEntry,
    ReserveList,
    ScoreRule,
    SizeWeight,
    Statistics,
    Unit,
    Verification,
)
from policy_reference.scores import Scores
from policy_reference.summaries import size_bands, summary

STORY = scenario("a_year_of_targets_scores_and_lights")
FIRST, SECOND = (datetime.fromisoformat(load.now) for load in STORY.loads)
MONTHS = ("05", "06", "07")
TARGET_COLUMNS = ("invest", "starts", "starts_yi", "reserve", "completions", "tax", "funds")
IN_YI = {"invest": 10000, "funds": 10000}
UNIT_OF = {
    "城关镇": "A01", "河东镇": "A02", "河东": "A02", "南岭乡": "A03", "交通局": "D01", "交通运输局": "D01",
    "发展和改革局": "D02", "发改局": "D02", "财政局": "D03",
}  # fmt: skip


def declared(name: str) -> list[dict[str, str]]:
    with (STORY.folder / "config" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def grid(name: str, headings: int = 3) -> list[list[str]]:
    with (STORY.folder / "returns" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))[headings:]


def number(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def day(text: str) -> date | None:
    found = re.match(r"(\d+)年(\d+)月(?:(\d+)日)?", text)
    return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None


def ledger(name: str, arrived: datetime, times: int = 1, moved: str = "") -> Ledger:
    unit = name[:3]
    (headings,) = grid(name, 2)[:1]

    def row(cells: list[str]) -> LedgerRow:
        said = {re.sub(r"（.元）|2025|至2024年底", "", h): c for h, c in zip(headings, cells, strict=True)}  # fmt: skip
        prior = said.get("累计完成投资") or said.get("截至上年底累计完成投资")
        plan = said.get("年度计划投资")
        return LedgerRow(
            said["项目名称"], said["项目代码"] or None,
            "A02" if said["项目名称"] == moved else unit, said["建设性质"], Decimal(said["总投资"]) * times,
            Decimal(plan) if plan else None, Decimal(prior) * times if prior else None,
            day(said["计划开工时间"]), day(said.get("计划竣工时间") or said.get("计划完工时间") or ""),
            said["项目级别"], said["项目类别"], None, said.get("所属打包项目") or None,
        )  # fmt: skip

    return Ledger(unit, 2025, arrived, tuple(row(cells) for cells in grid(name)))


def crossed(submitter: str, period: str, name: str, headings: int, columns: Mapping[str, int], arrived: datetime = FIRST) -> CrossTable:  # fmt: skip
    """Blank cells and dashes are no value; a cell may carry its own unit."""
    values = {}
    for cells in grid(name, headings):
        for indicator, place in columns.items():
            text = cells[place]
            if cells[1] in UNIT_OF and text not in ("", "—"):
                own = text.endswith("万元")
                times = 1 if own else IN_YI.get(indicator, 1)
                values[UNIT_OF[cells[1]], indicator] = Decimal(text.removesuffix("万元")) * times
    return CrossTable(submitter, period, arrived, tuple(columns), values)


def score_rule(row: Mapping[str, str]) -> ScoreRule:
    said = json.loads(row["parameters"] or "{}", parse_float=Fraction, parse_int=Fraction)
    return ScoreRule(
        row["rule_version"], date.fromisoformat(row["valid_from"]), row["group"], row["indicator_id"],
        row["shape"], number(row["weight"]), said.get("points_above", Fraction(0)),
        said.get("points_below", Fraction(0)), tuple((a, b) for a, b in said.get("bands", [])),
        tuple(said.get("points", [])), number(row["cap"]), number(row["floor"]),
        frozenset(filter(None, row["exempt_units"].split(";"))), said.get("exemption", "drop"),
    )  # fmt: skip


def district() -> District:
    ledgers = [ledger(f"{u}_ledger", FIRST, 10000 if u == "A02" else 1) for u in ("A01", "A02", "A03", "D01", "D02")]  # fmt: skip
    ledgers += [
        ledger("A01_ledger", SECOND, moved="湖滨酒店"),
        ledger("D01_ledger_adjusted", SECOND),
    ]
    code = {row.code: row.name for one in ledgers for row in one.rows if row.code}
    reports = [
        Report(path.stem[:3], f"2025-{path.stem[-2:]}", FIRST, tuple(
            ReportRow(c[1], Decimal(c[2]), day(c[3]), day(c[4])) for c in grid(path.stem)))
        for path in sorted((STORY.folder / "returns").glob("*_progress_*.csv"))
    ]  # fmt: skip
    taxes = [crossed("D03", f"2025-{m}", f"D03_tax_{m}", h, {"tax": c}) for m, h, c in (("05", 3, 2), ("06", 4, 3), ("07", 4, 3))]  # fmt: skip
    funds = [crossed("D02", f"2025-{m}", f"D02_funds_{m}", 3, {"funds": 2}) for m in MONTHS[1:]]
    return District(
        units=tuple(Unit(r["unit_code"], r["unit_name"], r["group"], r["assessed"] == "true") for r in declared("units")),
        time_progress="linear_day", lights="monthly", ledgers=tuple(ledgers), reports=tuple(reports),
        verifications=tuple(Verification("D02", f"2025-{m}", FIRST, tuple((c[2], day(c[3]), day(c[4])) for c in grid(f"D02_register_{m}"))) for m in MONTHS[:2]),
        targets=(
            crossed("D02", "2025", "D02_targets", 5, {c: n for n, c in enumerate(TARGET_COLUMNS, 2)}),
            crossed("D02", "2025", "D02_targets_tax", 3, {"tax": 2}, SECOND),
        ),
        indicator_reports=(*taxes, *funds),
        reserves=tuple(
            ReserveList(u, 2025, FIRST, tuple(
                ReserveEntry(c[1], Decimal(c[2]) * times, UNIT_OF[c[4]] if len(c) > 4 else u)
                for c in grid(f"{u}_reserve")))
            for u, times in (("A01", 10000), ("A03", 1), ("D03", 1))
        ),
        statistics=tuple(Statistics(f"2025-{m}", SECOND, frozenset(code[c[2]] for c in grid(f"S01_statistics_{m}"))) for m in MONTHS[1:]),
        indicators=tuple(
            Indicator(r["indicator_id"], r["indicator_name"], r["measure_unit"], r["source"], r["measure"] or None,
                      Decimal(r["min_total_wanyuan"]) if r["min_total_wanyuan"] else None, r["basis"] or None,
                      r["provider_unit_code"] or None, r["parent_indicator_id"] or None)
            for r in declared("indicators")
        ),
        score_rules=tuple(score_rule(row) for row in declared("score_rules")),
        size_weights=tuple(SizeWeight(r["rule_version"], date.fromisoformat(r["valid_from"]), Decimal(r["lower_bound_wanyuan"]), Fraction(r["weight"])) for r in declared("size_weights")),
        light_rules=tuple(LightRule(r["rule_version"], date.fromisoformat(r["valid_from"]), r["component"], r["light"], r["measure"], r["operator"], Fraction(r["threshold"])) for r in declared("light_rules")),
        awards=tuple(Award(r["award_id"], r["award_name"], r["scope"], r["group"] or None, int(r["winners"]), Decimal(r["prize_wanyuan"])) for r in declared("awards")),
        vetoes={(r["unit_code"], int(r["year"])): r["reason"] for r in declared("vetoes")},
    )  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(district())


def is_same(written: str, computed: Any) -> bool:
    if written == "*" or computed is None:
        return written in ("*", "NULL")
    if isinstance(computed, int | Decimal | Fraction):
        options = [one for one in written.split("|") if one != "NULL"]
        return any(abs(Fraction(arithmetic(one)) - Fraction(computed)) < Fraction(1, 10**12) for one in options)  # fmt: skip
    return written == computed


def agree(table: str, computed: Iterable[tuple[tuple[str, ...], Mapping[str, Any]]]) -> None:
    expected = STORY.table(table)
    assert expected is not None
    rows = {tuple(row[key] for key in expected.keys): row for row in expected.rows}
    given = dict(computed)
    wrong = [f"{table} | {key} | only on one side" for key in rows.keys() ^ given.keys()]
    wrong += [
        f"{table} | {key} | {column} | by hand {rows[key][column]} | computed {value}"
        for key in rows.keys() & given.keys()
        for column, value in given[key].items()
        if column in expected.columns and not is_same(rows[key][column], value)
    ]
    assert not wrong, "\n".join(wrong)


def test_targets_and_actual_values(facts):
    of = Achievements(facts)
    agree("fct_targets", (((u, i, "2025"), {"target_value": v}) for (u, i), v in of.targets[2025].items()))  # fmt: skip
    agree("fct_indicator_actuals", (
        ((unit.code, one.indicator_id, month), {"actual_value": value, "source": one.source})
        for month in facts.months for unit in facts.district.units if unit.assessed
        for one in facts.district.indicators
        if (value := of.actual(unit.code, one.indicator_id, month)) is not None))  # fmt: skip


def test_scores_places_and_awards(facts):
    scores = Scores(Achievements(facts))
    agree("mart_scorecard", (
        ((r.unit, r.indicator_id, r.month), {
            "target_value": r.target, "actual_value": r.actual, "completion_rate": r.rate, "score": r.score,
            "weight": r.weight, "rank_in_group": r.rank, "rule_version": r.version})
        for month in facts.months for r in scores.scorecard(month)))  # fmt: skip
    agree("mart_ranking", (
        ((r.unit, r.month), {"group": r.group, "total_score": r.total, "rank_in_group": r.rank, "veto_reason": r.veto_reason})
        for month in facts.months for r in scores.ranking(month)))  # fmt: skip
    agree("mart_award", (
        ((award, unit, month), {"rank": place, "prize_wanyuan": prize})
        for month in facts.months for award, unit, place, prize in scores.awards(month)))  # fmt: skip


def test_lights(facts):
    agree("mart_project_light", (
        ((r.name, r.period), {"light": r.light, "deciding_component": r.component, "measure_value": r.value,
                              "threshold": r.threshold, "streak": r.streak, "rule_version": r.version})
        for r in Lights(facts).rows()))  # fmt: skip


def test_bands_and_summaries(facts):
    agree("mart_size_band", (
        ((month, *key), {"project_count": r.project_count, "total_investment_wanyuan": r.total,
                         "plan_year_wanyuan": r.plan, "share_of_count": r.share_of_count})
        for month in facts.months for key, r in size_bands(facts, month).items()))  # fmt: skip
    agree("mart_progress_summary", (
        ((month, *member), asdict(row))
        for month in facts.months for member, row in summary(facts, month).items() if member[0] != "township"))  # fmt: skip
