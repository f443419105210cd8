"""Proposing links over a home, and writing down what a person decided about one.

A decision names both sides by code and takes effect with the next load. Nothing here changes a figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pipelines.database import Connection
from pipelines.declarations.link_evidence import EvidenceWeight, read_link_evidence
from pipelines.declarations.links import (
    LEDGER,
    STATISTICS,
    Link,
    LinkDecision,
    linked_id,
    read_links,
)
from pipelines.lock import Say, only_writer
from pipelines.matching import nearest
from pipelines.problems import DeclarationError, OperatorError
from pipelines.reconciliation.candidates import LinkCandidate, propose_links, short_id
from pipelines.reconciliation.evidence import MEASURED
from pipelines.reconciliation.link_table import append_link
from pipelines.reconciliation.release_sides import ReconciledMonth, open_releases, read_month
from pipelines.settings import PROJECT_ROOT, Home

EVIDENCE_FILE = PROJECT_ROOT / "sources" / "reference" / "link_evidence.csv"
_TABLE = "links.csv"


@dataclass(frozen=True)
class Proposals:
    """The candidates of one month, best first, and what its units are called."""

    month: ReconciledMonth
    candidates: tuple[LinkCandidate, ...]


@dataclass(frozen=True)
class Pair:
    """A ledger project and a statistics record a decision is about; ``code`` is the project's."""

    project_key: str
    project_name: str
    code: str
    statistics_code: str


def propose(home: Home, period: str | None, unit: str | None, at_least: float) -> Proposals:
    """The candidates of a month (the latest by default), of one unit where it is named by code or name.

    A unit's are those of its projects and of the records whose address lies in it. Raises OperatorError.
    """
    links = _decided(home)
    with open_releases(home) as releases:
        month = read_month(releases, home.settings().district.name, period)
        keys = _project_keys(releases)
    decided = {
        (key, sides[STATISTICS])
        for link in links
        if (sides := {link.left_source: link.left_id, link.right_source: link.right_id}).keys()
        >= {LEDGER, STATISTICS}
        and (key := keys.get(sides[LEDGER]))
    }
    found = propose_links(month.projects, month.records, _weights(), decided, at_least)
    if unit is not None:
        code = _unit_code(month, unit)
        found = [one for one in found if code in (one.project.unit_code, one.record.unit_code)]
    return Proposals(month, tuple(found))


@cache
def _weights() -> Mapping[str, EvidenceWeight]:
    return read_link_evidence(EVIDENCE_FILE, MEASURED)


def decide(
    home: Home,
    candidate: str | None,
    codes: tuple[str | None, str | None],
    decision: LinkDecision,
    link_by: tuple[str, str | None],
    moment: datetime,
    say: Say,
) -> Pair:
    """Write a decision down, about a candidate by its id or about two codes (project, record); the pair it is about.

    ``link_by`` is who decided, and a note. Raises OperatorError for codes nobody knows, a project without code, a
    decision that stands already, and the rejection of two whose returns carry the same project code.
    """
    with open_releases(home) as releases:
        pair = _pair_of(releases, candidate) if candidate else _pair_by_codes(releases, *codes)
        if decision == "rejected":
            _check_rejectable(releases, pair)
    decided_by, note = link_by
    link = Link(
        LEDGER, pair.code, STATISTICS, pair.statistics_code, decided_by,
        moment.isoformat(timespec="seconds"), note, decision,
    )  # fmt: skip
    with only_writer(home, home.settings().limits.lock_wait_seconds, say):
        _check_new(_decided(home), link)
        append_link(home.config / _TABLE, link)
    return pair


def _decided(home: Home) -> tuple[Link, ...]:
    faults: list[str] = []
    links = read_links(home.config / _TABLE, faults)
    if faults:
        raise DeclarationError(faults)
    return links


def _check_new(links: tuple[Link, ...], link: Link) -> None:
    for other in links:
        if other.sides == link.sides and other.decision == link.decision:
            raise OperatorError(
                f"{link.left_id} and {link.right_id} are {link.decision} already,"
                f" by {other.decided_by or 'nobody named'} on {other.decided_at or 'no day named'}.",
                "Nothing has to be done; to decide otherwise, confirm or reject it the other way.",
            )


def _check_rejectable(releases: Connection, pair: Pair) -> None:
    ((codes,),) = releases.execute(
        "select list(distinct project_code) from marts.dim_statistics_record where statistics_code = ?",
        [pair.statistics_code],
    ).fetchall()
    if pair.code in (codes or ()):
        raise OperatorError(
            f"Ledger and statistics both write the project code {pair.code} for {pair.statistics_code}:"
            " an equal code outweighs a rejection.",
            "Have the return corrected in which the code is wrong.",
        )


def _project_keys(releases: Connection) -> dict[str, str]:
    """Project code → key."""
    return dict(
        releases.execute(
            "select project_code, project_key from open_release.marts.dim_project"
            " where project_code is not null"
        ).fetchall()
    )


def _statistics_codes(releases: Connection) -> list[str]:
    return [
        code
        for (code,) in releases.execute(
            "select distinct statistics_code from marts.dim_statistics_record order by 1"
        ).fetchall()
    ]


def _pair_of(releases: Connection, candidate: str) -> Pair:
    """The two a candidate id stands for, whatever month it was proposed in."""
    left, _, right = candidate.strip().lower().partition("-")
    projects = [
        row
        for row in releases.execute(
            "select project_key, project_name, project_code from open_release.marts.dim_project"
        ).fetchall()
        if short_id(row[0]) == left
    ]
    records = [code for code in _statistics_codes(releases) if short_id(code) == right]
    if len(projects) > 1 or len(records) > 1:
        raise OperatorError(
            f"“{candidate}” may stand for several pairs.", "Name the two with --left and --right."
        )
    if not projects or not records:
        raise OperatorError(
            f"There is no candidate “{candidate}” in the release.",
            "Look it up: taizhang links propose --home HOME",
        )
    ((key, name, code),) = projects
    if code is None:
        raise OperatorError(
            f"The ledger has no project code for “{name}”, and a link names both sides by code.",
            "Have its unit send the ledger again with the code in it, load, then decide.",
        )
    return Pair(key, name, code, records[0])


def _pair_by_codes(releases: Connection, left: str | None, right: str | None) -> Pair:
    if not left or not right:
        raise OperatorError(
            "It is not said what the decision is about.",
            "Name a candidate by its id, or both codes: --left PROJECT_CODE --right STATISTICS_CODE.",
        )
    code, statistics_code = linked_id(LEDGER, left), linked_id(STATISTICS, right)
    keys, known = _project_keys(releases), _statistics_codes(releases)
    if code not in keys and code in known and statistics_code in keys:
        raise OperatorError(
            f"You swapped them: {code} is a statistics code, {statistics_code} a project code.",
            f"Name them the other way: --left {statistics_code} --right {code}",
        )
    if code not in keys:
        raise _unknown("project code", "ledger", code, list(keys))
    if statistics_code not in known:
        raise _unknown("statistics code", "statistics library", statistics_code, known)
    ((name,),) = releases.execute(
        "select project_name from open_release.marts.dim_project where project_key = ?",
        [keys[code]],
    ).fetchall()
    return Pair(keys[code], name, code, statistics_code)


def _unknown(what: str, where: str, code: str, known: list[str]) -> OperatorError:
    near = nearest(code, known)
    hint = f"The nearest is {near[0]}." if near else "The release holds none."
    return OperatorError(f"No {where} in the release has the {what} “{code}”.", hint)


def _unit_code(month: ReconciledMonth, unit: str) -> str:
    for code, name in month.unit_names.items():
        if unit in (code, name):
            return code
    near = nearest(unit, [*month.unit_names, *month.unit_names.values()])
    hint = f"The nearest is “{near[0]}”." if near else "The release holds none."
    raise OperatorError(f"There is no unit “{unit}” in the release.", hint)
