"""The results as a page of ``docs/``: a few small tables, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loads import MOST_REPEATED, SCRIPT_FILES, TAKING_IN, Measured, YearsMeasured
from measuring import Cost

_ANSWERING = "answer"
_AFTERWARDS = ("deliver", "transform", "publish", "supervise")


def as_page(sizes: Sequence[Measured], years: YearsMeasured | None, machine: str) -> str:
    """The whole page; ``machine`` says in a few words where it was measured."""
    parts = [_opening(machine), _per_return(sizes), _whole_loads(sizes)]
    if years is not None:
        parts.append(_years(years))
    return "\n\n".join(parts) + "\n"


def _opening(machine: str) -> str:
    return (
        "# What a return costs\n\n"
        "Written by `make bench`; the figures of a table come from one run of it, side by side in one"
        f" environment ({machine}).\n\n"
        "- **Floor**: every cell of every file read once by calamine and stored once in DuckDB; nothing is"
        " understood.\n"
        "- **Usual script**: pandas with openpyxl, one validation of Great Expectations per file, stored in DuckDB;"
        f" measured on {SCRIPT_FILES} files at most, its pace does not depend on their number.\n"
        "- **Taking in**: receiving (hash, archive, receipt), reading in child processes with a second count of the"
        " cells, storing every cell and row, validating, deciding, sealing. The answers to the submitters are counted apart.\n"
        "- Each size is the first load of a home; seconds are of the clock, the median of the runs by what taking in"
        f" took; more than {MOST_REPEATED:,} returns are loaded once."
    )


def _per_return(sizes: Sequence[Measured]) -> str:
    stages = [stage for stage in TAKING_IN if any(stage in m.stages for m in sizes)]
    heading = [
        "returns of 30 rows",
        *stages,
        "**taking in**",
        "floor",
        "× floor",
        "usual script",
        "× faster",
        "answers",
    ]
    lines = [
        [
            f"{m.files:,}",
            *(f"{m.per_return(m.stages.get(stage, 0.0)):.2f}" for stage in stages),
            f"**{m.per_return(m.taking_in):.2f}**",
            f"{m.per_return(m.floor):.2f}",
            f"{m.taking_in / m.floor:.1f}",
            f"{m.per_return(m.script):.0f}",
            f"{m.script / m.taking_in:.0f}",
            f"{m.per_return(m.stages.get(_ANSWERING, 0.0)):.2f}",
        ]
        for m in sizes
    ]
    return "## Milliseconds a return\n\n" + _table(heading, lines)


def _whole_loads(sizes: Sequence[Measured]) -> str:
    heading = [
        "returns",
        "taking in",
        "answers",
        *_AFTERWARDS[1:],
        "whole command",
        "processors",
        "peak memory",
    ]
    lines = [[f"{m.files:,}", *_seconds(m.stages), *_whole(m.cost)] for m in sizes]
    return "## Seconds of a whole load\n\n" + _table(heading, lines)


def _years(years: YearsMeasured) -> str:
    heading = [
        "load",
        "taking in",
        "answers",
        *_AFTERWARDS[1:],
        "whole command",
        "processors",
        "peak memory",
    ]
    stages, cost = years.one_return
    lines = [
        [f"all {years.files:,} at once", *_seconds(years.first[0]), *_whole(years.first[1])],
        [f"one more (median of {len(years.daily)})", *_seconds(stages), *_whole(cost)],
    ]
    return (
        f"## A home with {years.years} years behind it\n\n"
        + _table(heading, lines)
        + f"\n\nA return of {years.answer_rows:,} rows, answered there by a warm process, from picking the file up to"
        f" the answer in its folder: {years.answer_alone:.1f} s alone,"
        f" {years.answer_beside_a_build:.1f} s while all marts are built beside it."
    )


def _seconds(stages: dict[str, float]) -> list[str]:
    taking_in = sum(stages.get(stage, 0.0) for stage in TAKING_IN)
    return [
        f"{seconds:.1f}"
        for seconds in (
            taking_in,
            stages.get(_ANSWERING, 0.0),
            *(stages.get(stage, 0.0) for stage in _AFTERWARDS[1:]),
        )
    ]


def _whole(cost: Cost) -> list[str]:
    return [f"{cost.wall:.1f}", f"{cost.processor:.1f}", f"{cost.peak_mib:,.0f} MiB"]


def _table(heading: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heading, ["---", *["---:"] * (len(heading) - 1)], *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
