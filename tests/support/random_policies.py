"""Policies of an invented district: every shape, limit, exemption and component, with changes in mid-year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy_reference.records import (
    Award,
    Indicator,
    LedgerRow,
    LightRule,
    ScoreRule,
    SizeWeight,
    Unit,
    Waiver,
)

# The short-lived ones join and leave at a month's border; the last three are not assessed or only report.
UNITS = (
    *(Unit(f"T{n}", f"第{n}镇", "townships") for n in range(1, 8)),
    Unit("T8", "第八乡", "townships", valid_from=date(2024, 5, 1)),
    Unit("T9", "第九乡", "townships", valid_to=date(2025, 3, 31)),
    *(Unit(f"D{n}", f"第{n}局", "departments") for n in range(1, 5)),
    Unit("Z1", "东开发区", "zones"),
    Unit("Z2", "西开发区", "zones"),
    Unit("S1", "税务机关", None, assessed=False),
    Unit("X1", "平台公司", "departments", assessed=False),
    Unit("tongji", "统计机关", None, assessed=False),
)
TARGETS_FROM, OTHER_TARGETS_FROM, VERIFIER = "D1", "D2", "D1"

INDICATORS = (
    Indicator("starts", "开工项目", "个", "computed", "count_starts", Decimal(5000)),
    Indicator("starts_large", "亿元以上开工", "个", "computed", "count_starts", Decimal(10000), "verified", parent="starts"),
    Indicator("starts_reported", "报送开工", "个", "computed", "count_starts", None, "reported"),
    Indicator("completions", "竣工项目", "个", "computed", "count_completions"),
    Indicator("completions_verified", "认定竣工", "个", "computed", "count_completions", Decimal(500), "verified"),
    Indicator("reserve", "储备项目", "个", "computed", "count_reserve", Decimal(10000)),
    Indicator("invested", "完成投资", "万元", "computed", "sum_investment"),
    Indicator("invested_large", "大项目投资", "万元", "computed", "sum_investment", Decimal(10000)),
    Indicator("tax", "协税护税", "万元", "reported", provider="S1"),
    Indicator("funds", "争取资金", "万元", "reported", provider="D2"),
    Indicator("progress_share", "任务完成比例", "%", "reported"),
)  # fmt: skip


def _rule(
    version: str, begins: date, group: str, indicator: str, shape: str, weight: object, **more
):
    return ScoreRule(
        version, begins, group, indicator, shape,
        None if weight is None else Fraction(str(weight)), **more,
    )  # fmt: skip


def _fractions(*values: object) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(value)) for value in values)


def _bands(*pairs: tuple[object, object]) -> tuple[tuple[Fraction, Fraction], ...]:
    return tuple((Fraction(str(a)), Fraction(str(b))) for a, b in pairs)


def _first(version: str, begins: date, tilt: int) -> list[ScoreRule]:
    """A complete set; ``tilt`` moves the weights, so that two versions differ everywhere."""
    rules = []
    for group in ("townships", "departments", "zones"):
        rules += [
            _rule(version, begins, group, "starts", "proportional", 20 + tilt, cap=Fraction(24), floor=Fraction(3)),
            _rule(version, begins, group, "invested", "per_point", 25 - tilt, points_above=Fraction("0.2"),
                  points_below=Fraction("0.1"), cap=Fraction(30), floor=Fraction(15)),
            _rule(version, begins, group, "completions", "banded", None,
                  bands=_bands(("0.5", 4), (1, 10), ("0.8", "7.5"), ("1.5", 12)), cap=Fraction(11)),
            _rule(version, begins, group, "tax", "rank", None, points=_fractions(7, 5, 3)),
            _rule(version, begins, group, "invested_large", "relative_to_best", 15, floor=Fraction(-1),
                  exempt=frozenset({"T2"}) if group == "townships" else frozenset()),
            _rule(version, begins, group, "starts_large", "size_weighted", 10 + tilt, cap=Fraction(40)),
            _rule(version, begins, group, "funds", "proportional", 12, cap=Fraction(18),
                  exempt=frozenset({"D1", "D4"}) if group == "departments" else frozenset({"T5", "T9"}),
                  exemption="rescale" if group == "departments" else "drop"),
        ]  # fmt: skip
    return rules


def _mid_year(version: str, begins: date) -> list[ScoreRule]:
    rules = []
    for group in ("townships", "departments", "zones"):
        rules += [
            _rule(version, begins, group, "starts_reported", "size_weighted", "12.5", floor=Fraction(1)),
            _rule(version, begins, group, "reserve", "proportional", "7.75",
                  exempt=frozenset({"T1", "T3"}), exemption="rescale"),
            _rule(version, begins, group, "invested", "relative_to_best", 20,
                  exempt=frozenset({"T3", "Z1"}), exemption="rescale"),
            _rule(version, begins, group, "progress_share", "per_point", 10, points_above=Fraction("0.05"), cap=Fraction(15)),
            _rule(version, begins, group, "completions_verified", "rank", 5, points=_fractions("6.5", 4)),
            _rule(version, begins, group, "tax", "banded", 9, bands=_bands((0, "-2"), ("0.6", 3), (1, 9)), floor=Fraction(-1)),
        ]  # fmt: skip
    return rules


SCORE_RULES = (
    *_first("2024-1", date(2024, 1, 1), 0),
    *_first("2025-1", date(2025, 1, 1), 5),
    *_mid_year("2025-2", date(2025, 4, 30)),
    *_first("2026-1", date(2025, 12, 1), 9),
)

SIZE_WEIGHTS = tuple(
    SizeWeight(version, begins, Decimal(bound), Fraction(weight))
    for version, begins, bands in (
        ("w1", date(2024, 1, 1), (("0", "1"), ("10000", "1.2"), ("50000", "1.5"), ("100000", "2"))),
        ("w2", date(2025, 2, 1), (("5000", "1"), ("10000", "1.25"), ("200000", "3"))),
    )
    for bound, weight in bands
)


def _lights(
    version: str, begins: date, *rules: tuple[str, str, str, str, object]
) -> list[LightRule]:
    return [
        LightRule(version, begins, component, light, measure, operator, Fraction(str(threshold)))
        for component, light, measure, operator, threshold in rules
    ]


PP, RATIO = "pp_ahead", "ratio_to_time_progress"
LATE, OPEN, ENTRY = (
    "months_after_planned_start", "months_after_planned_completion", "months_after_start_not_entered",
)  # fmt: skip
LIGHT_RULES = (
    *_lights("L1", date(2024, 1, 1),
             ("progress", "red_flag", PP, ">=", 10), ("progress", "green", PP, ">=", 0),
             ("progress", "yellow", PP, ">=", -10), ("progress", "red", PP, "<", -10),
             ("start", "green", LATE, "<=", 0), ("start", "red", LATE, ">", 2), ("start", "yellow", LATE, ">", 0),
             ("completion", "green", OPEN, "<=", 0), ("completion", "yellow", OPEN, "<=", 3),
             ("completion", "red", OPEN, ">", 3),
             ("entry", "red", ENTRY, ">=", 3), ("entry", "yellow", ENTRY, ">=", 1)),
    *_lights("L2", date(2025, 1, 31),
             ("start", "yellow", LATE, ">=", 1), ("start", "green", LATE, "<", 1),
             ("progress", "green", RATIO, ">=", 1), ("progress", "yellow", RATIO, ">=", "0.8"),
             ("progress", "red", RATIO, "<", "0.8"), ("completion", "red", OPEN, ">=", 1)),
    *_lights("L3", date(2025, 4, 16),
             ("entry", "green", ENTRY, "<=", 1), ("entry", "red", ENTRY, ">", 1),
             ("progress", "red", PP, "<", "-33.3"), ("progress", "yellow", PP, "<", "-2.5"),
             ("progress", "green", PP, "<", 25), ("progress", "red_flag", PP, ">=", 25),
             ("start", "green", LATE, "<", 1), ("start", "yellow", LATE, ">=", 1)),
)  # fmt: skip

AWARDS = (
    Award("A1", "综合奖", "total", "townships", 3, Decimal(5)),
    Award("A2", "综合奖（部门）", "total", "departments", 2, Decimal(5)),
    Award("A3", "全区综合奖", "total", None, 4, Decimal("1.5")),
    Award("A4", "投资单项奖", "invested", "townships", 2, Decimal(2)),
    Award("A5", "开工单项奖", "starts", None, 3, Decimal(2)),
    Award("A6", "资金单项奖", "funds", "departments", 2, Decimal(2)),
    Award("A7", "储备单项奖", "reserve", "zones", 1, Decimal(1)),
)
VETOES = {("T1", 2024): "安全事故", ("D2", 2024): "数据不实", ("T4", 2025): "环保督察", ("Z2", 2025): "数据不实"}  # fmt: skip


def waivers(projects: list[LedgerRow]) -> tuple[Waiver, ...]:
    """Of single projects, by name or code, and of whole units; for a year, a month, a half-month or until one
    runs out in the year."""
    first, second, third, fourth, fifth = projects
    return (
        Waiver("progress", first.unit, first.name, None, date(2025, 12, 31)),
        Waiver("progress", second.unit, second.name, None, date(2024, 8, 20)),
        Waiver("start", "T2", None, None, date(2024, 6, 30)),
        Waiver("completion", third.unit, third.code or third.name, None, date(2024, 12, 31)),
        Waiver("entry", "T3", None, None, date(2025, 12, 31)),
        Waiver("progress", fourth.unit, fourth.code or fourth.name, "2024", date(2025, 12, 31)),
        Waiver("progress", fifth.unit, fifth.name, "2024-05-H1", date(2025, 12, 31)),
        Waiver("start", "T4", None, "2024-04", date(2024, 4, 20)),
        Waiver("progress", "D4", None, "2025-03", date(2025, 12, 31)),
    )
