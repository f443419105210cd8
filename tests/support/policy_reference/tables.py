"""A district's own tables (contract §3) as records: what ``config/*.csv`` says, row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy_reference.records import (
    Award,
    District,
    Indicator,
    LightRule,
    ScoreRule,
    SizeWeight,
    Unit,
    Waiver,
)

Row = dict[str, str]


def day(text: str | None) -> date | None:
    """A month is its first day."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01") if text else None


def amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _units_named(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(";")))


def _score_rule(row: Row) -> ScoreRule:
    said = json.loads(row["parameters"] or "{}", parse_float=Fraction, parse_int=Fraction)
    return ScoreRule(
        row["rule_version"], date.fromisoformat(row["valid_from"]), row["group"], row["indicator_id"],
        row["shape"], fraction(row["weight"]), said.get("points_above", Fraction(0)),
        said.get("points_below", Fraction(0)), tuple((a, b) for a, b in said.get("bands", [])),
        tuple(said.get("points", [])), fraction(row["cap"]), fraction(row["floor"]),
        _units_named(row["exempt_units"]), said.get("exemption", "drop"),
    )  # fmt: skip


def declared(read: Callable[[str], list[Row]], time_progress: str, lights: str) -> District:
    """The district before anything is sent; ``read`` gives no rows for a table that is not there."""
    return District(
        units=tuple(
            Unit(r["unit_code"], r["unit_name"], r["group"] or None, r["assessed"] == "true",
                 day(r["valid_from"]), day(r["valid_to"]))
            for r in read("units")
        ),
        time_progress=time_progress, lights=lights,
        indicators=tuple(
            Indicator(r["indicator_id"], r["indicator_name"], r["measure_unit"], r["source"],
                      r["measure"] or None, amount(r["min_total_wanyuan"]), r["basis"] or None,
                      r["provider_unit_code"] or None, r["parent_indicator_id"] or None)
            for r in read("indicators")
        ),
        score_rules=tuple(map(_score_rule, read("score_rules"))),
        size_weights=tuple(
            SizeWeight(r["rule_version"], date.fromisoformat(r["valid_from"]),
                       Decimal(r["lower_bound_wanyuan"]), Fraction(r["weight"]))
            for r in read("size_weights")
        ),
        light_rules=tuple(
            LightRule(r["rule_version"], date.fromisoformat(r["valid_from"]), r["component"],
                      r["light"], r["measure"], r["operator"], Fraction(r["threshold"]))
            for r in read("light_rules")
        ),
        awards=tuple(
            Award(r["award_id"], r["award_name"], r["scope"], r["group"] or None, int(r["winners"]),
                  Decimal(r["prize_wanyuan"]))
            for r in read("awards")
        ),
        vetoes={(r["unit_code"], int(r["year"])): r["reason"] for r in read("vetoes")},
        waivers=tuple(
            Waiver(r["rule_id"].removeprefix("light:"), r["unit_code"], r["project"] or None,
                   r["period"] or None, date.fromisoformat(r["expires"]))
            for r in read("waivers") if r["rule_id"].startswith("light:")
        ),
    )  # fmt: skip
