"""A bound to how many problems of one kind a return lists: a crafted file has one in every cell, and nobody reads them.

Nothing is decided differently by it: what is no longer listed has the same rule as what is. The cells stay as read.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipelines.workbooks.readings import CellProblem, Notice, ReadReturn

MOST_OF_A_KIND = 1_000


def bound_problems(result: ReadReturn) -> None:
    """Keep the first thousand problems of each kind; where there are more, a notice says how many there are."""
    counted: Counter[str] = Counter()
    for sheet in result.sheets:
        for table in sheet.tables:
            table.rows = [
                replace(row, problems=tuple(_kept(row.problems, counted))) if row.problems else row
                for row in table.rows
            ]
            table.control_problems = _kept_of_rows(table.control_problems, counted)
        sheet.stray_problems = _kept_of_rows(sheet.stray_problems, counted)
    most = max(counted.values(), default=0)
    if most > MOST_OF_A_KIND:
        result.notices.append(Notice("too_many_problems", f"{most} 处", f"前 {MOST_OF_A_KIND} 处"))


def _kept(problems: Sequence[CellProblem], counted: Counter[str]) -> list[CellProblem]:
    kept = []
    for problem in problems:
        counted[problem.code] += 1
        if counted[problem.code] <= MOST_OF_A_KIND:
            kept.append(problem)
    return kept


def _kept_of_rows(
    problems: Sequence[tuple[int, CellProblem]], counted: Counter[str]
) -> list[tuple[int, CellProblem]]:
    return [(row, problem) for row, problem in problems if _kept([problem], counted)]
