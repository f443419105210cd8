"""Why a score or a light is what it is: the explanations that stand in the published marts, put together.

The words themselves are made where the figures are made (dbt), so that a reader of the marts and a reader of the
terminal see the same text. Here a unit or a project is only found by what people call it.
"""

from dataclasses import dataclass
from pathlib import Path

from pipelines.database import Connection, open_read_only
from pipelines.matching import nearest
from pipelines.periods import period_words
from pipelines.problems import OperatorError
from pipelines.text import name_key, project_code


@dataclass(frozen=True)
class Explanation:
    """A heading and, below it, titled texts in the order in which they are read."""

    heading: str
    parts: tuple[tuple[str, str], ...]


def explain_score(release: Path, unit: str, period: str) -> Explanation:
    """How a unit's score of a month came about, indicator by indicator, with its place and its awards.

    ``unit`` is a code, a name or an alias. Raises OperatorError when there is no such unit or no such score.
    """
    with open_read_only(existing_release(release)) as marts:
        unit_code, unit_name = find_unit(marts, unit)
        ranked = marts.execute(
            "select explanation from marts.mart_ranking where unit_code = ? and period = ?",
            [unit_code, period],
        ).fetchall()
        if not ranked:
            raise _nothing_for(marts, "mart_ranking", "unit_code", unit_code, unit_name, period)
        scored = marts.execute(
            "select i.indicator_name, s.explanation from marts.mart_scorecard as s"
            " inner join marts.dim_indicator as i using (indicator_id)"
            " where s.unit_code = ? and s.period = ? order by i.sort_order",
            [unit_code, period],
        ).fetchall()
        awarded = marts.execute(
            "select award_name, explanation from marts.mart_award"
            " where unit_code = ? and period = ? order by award_id",
            [unit_code, period],
        ).fetchall()
    parts = [("总分和位次", text) for (text,) in ranked] + scored + awarded
    return Explanation(f"{unit_name} {_said(period)} 得分说明", tuple(parts))


def explain_light(release: Path, project: str, period: str) -> Explanation:
    """Why a project's light of a period is what it is.

    ``project`` is a code, a name or a project key. Raises OperatorError when there is no such project or light.
    """
    with open_read_only(existing_release(release)) as marts:
        key, name = _find_project(marts, project)
        found = marts.execute(
            "select explanation from marts.mart_project_light where project_key = ? and period = ?",
            [key, period],
        ).fetchall()
        if not found:
            raise _nothing_for(marts, "mart_project_light", "project_key", key, name, period)
    return Explanation(
        f"{name} {_said(period)} 亮灯说明", tuple(("亮灯", text) for (text,) in found)
    )


def existing_release(release: Path) -> Path:
    """The file of a release; OperatorError before the first one."""
    if not release.exists():
        raise OperatorError(
            f"{release} does not exist: nothing has been published yet.",
            "Load the home first: taizhang load --home HOME",
        )
    return release


def _said(period: str) -> str:
    try:
        return period_words(period)
    except ValueError as error:
        raise OperatorError(
            f"“{period}” is no period.", "Write it like 2019-06, or 2019-06-H1 for a half-month."
        ) from error


def find_unit(marts: Connection, unit: str) -> tuple[str, str]:
    """A code before a name; a name or an alias that two units share names neither of them."""
    rows = marts.execute(
        "select unit_code, unit_name, aliases from marts.dim_unit order by unit_code"
    ).fetchall()
    by_name: dict[str, set[tuple[str, str]]] = {}
    for code, name, aliases in rows:
        if code == unit:
            return code, name
        for spelling in (name, *(aliases or "").split(";")):
            by_name.setdefault(name_key(spelling), set()).add((code, name))
    shared = by_name.get(name_key(unit), set())
    if len(shared) > 1:
        raise OperatorError(
            f"“{unit}” is the name of {len(shared)} units: "
            + ", ".join(sorted(code for code, _ in shared)),
            "Name the unit by its code.",
        )
    return _one_of({key: min(units) for key, units in by_name.items()}, unit, "unit")


def _find_project(marts: Connection, project: str) -> tuple[str, str]:
    rows = marts.execute(
        "select project_key, project_code, project_name, unit_code from marts.dim_project"
    ).fetchall()
    code, key = project_code(project), name_key(project)
    for column, wanted in ((0, project), (1, code)):
        for row in rows:
            if row[column] == wanted:
                return row[0], row[2]
    named = [row for row in rows if name_key(row[2]) == key]
    if len(named) > 1:
        raise OperatorError(
            f"{len(named)} projects are called “{project}”: "
            + "; ".join(f"{row[1] or row[0]} ({row[3]})" for row in named),
            "Name it by its code.",
        )
    known = {name_key(row[2]): (row[0], row[2]) for row in rows}
    return _one_of(known, project, "project")


def _one_of(known: dict[str, tuple[str, str]], wanted: str, kind: str) -> tuple[str, str]:
    if (found := known.get(name_key(wanted))) is not None:
        return found
    near = nearest(name_key(wanted), [spelling for spelling in known if spelling])
    hint = f"The nearest is “{known[near[0]][1]}”." if near else "The release holds none."
    raise OperatorError(f"There is no {kind} “{wanted}” in the release.", hint)


def _nothing_for(
    marts: Connection, table: str, column: str, value: str, name: str, period: str
) -> OperatorError:
    _said(period)
    periods = marts.execute(
        f"select distinct period from marts.{table} where {column} = ? order by 1", [value]
    ).fetchall()
    listed = ", ".join(period for (period,) in periods)
    return OperatorError(
        f"{name} has no row for {period} in marts.{table}.",
        f"There are rows for: {listed}." if listed else "There are none for it in any period.",
    )
