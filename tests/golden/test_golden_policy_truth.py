"""Two truths of one story agree: the tables worked out by hand, and what the independent computation gives for the
same grids (tests/support/policy_reference). No pipeline takes part."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from golden_scenarios import scenario
from golden_tables import arithmetic
from policy_reference import published
from policy_reference.facts import Facts
from policy_reference.indicators import Achievements
from policy_reference.lights import Lights
from policy_reference.published import Rows
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
)
from policy_reference.scores import Scores
from policy_reference.tables import declared

STORY = scenario("a_year_of_targets_scores_and_lights")
FIRST, SECOND = (datetime.fromisoformat(load.now) for load in STORY.loads)
MONTHS = ("05", "06", "07")
TARGET_COLUMNS = ("invest", "starts", "starts_yi", "reserve", "completions", "tax", "funds")
IN_YI = {"invest": 10000, "funds": 10000}
UNIT_OF = {
    "城关镇": "A01", "河东镇": "A02", "河东": "A02", "南岭乡": "A03", "交通局": "D01", "交通运输局": "D01",
    "发展和改革局": "D02", "发改局": "D02", "财政局": "D03",
}  # fmt: skip


def tables(name: str) -> list[dict[str, str]]:
    path = STORY.folder / "config" / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def grid(name: str, headings: int = 3) -> list[list[str]]:
    with (STORY.folder / "returns" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))[headings:]


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
    return replace(
        declared(tables, "linear_day", "monthly"), ledgers=tuple(ledgers), reports=tuple(reports),
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
    )  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(district())


def is_same(written: str, computed: Any) -> bool:
    if written == "*" or computed is None:
        return written in ("*", "NULL")
    if isinstance(computed, bool):
        return written == str(computed).lower()
    if isinstance(computed, int | Decimal | Fraction):
        options = [one for one in written.split("|") if one != "NULL"]
        return any(abs(Fraction(arithmetic(one)) - Fraction(computed)) < Fraction(1, 10**12) for one in options)  # fmt: skip
    return written == computed


def agree(table: str, computed: Rows) -> None:
    expected = STORY.table(table)
    assert expected is not None
    rows = {tuple(row[key] for key in expected.keys): row for row in expected.rows}
    given = {tuple(map(str, key)): said for key, said in computed.items()}
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
    agree("fct_targets", published.targets(of))
    assessed = [unit.code for unit in of.district.units if unit.assessed]
    agree("fct_indicator_actuals", published.indicator_actuals(of, assessed))


def test_scores_places_and_awards(facts):
    scores = Scores(Achievements(facts))
    agree("mart_scorecard", published.scorecard(scores))
    agree("mart_ranking", published.ranking(scores))
    agree("mart_award", published.awards(scores))


def test_lights(facts):
    agree("mart_project_light", published.project_lights(Lights(facts)))


def test_bands_and_summaries(facts):
    agree("mart_size_band", published.size_band_rows(facts))
    told = published.progress_summary(facts)
    agree("mart_progress_summary", {key: row for key, row in told.items() if key[1] != "township"})
