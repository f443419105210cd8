"""Which ledger projects and statistics records may be the same, best first, for a person to decide.

Wider than what the reconciliation itself calls ``proposed`` (contract §7), and without any effect on it. What a pair is
worth is ``evidence``'s; writing a decision down ``link_table``'s.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.declarations.link_evidence import EvidenceWeight
from pipelines.matching import similarity
from pipelines.reconciliation.evidence import Evidence, Side, weigh

# A pair is looked at closely where the names are as alike as this, or something else says they may be one.
_ALIKE_ENOUGH_TO_WEIGH = 0.5
_ID_CHARACTERS = 5
_MOST_NAMED = 3


@dataclass(frozen=True)
class LinkCandidate:
    """A pair, its score (0 to 1), what speaks for and against it, and which other decisions stand in its way."""

    candidate_id: str
    project: Side
    record: Side
    score: float
    evidence: tuple[Evidence, ...]
    conflicts: tuple[str, ...] = ()

    @property
    def reasons(self) -> str:
        """What speaks for it, in words, the weightiest first."""
        return "；".join(piece.words for piece in self.evidence if round(piece.bits, 1) > 0)

    @property
    def doubts(self) -> str:
        """What speaks against it. What weighs nothing is told neither here nor there."""
        return "；".join(piece.words for piece in self.evidence if round(piece.bits, 1) < 0)


def propose_links(
    projects: Sequence[Side],
    records: Sequence[Side],
    weights: Mapping[str, EvidenceWeight],
    decided: Collection[tuple[str, str]],
    at_least: float,
) -> list[LinkCandidate]:
    """Every pair that scores ``at_least`` so much, best first; ties by the two identities.

    Not proposed are two that have both found their match, and pairs (project key, statistics code) ``decided`` before.
    A pair one of whose sides is matched, or is proposed more than once, says so.
    """
    found = [
        LinkCandidate(candidate_id(project.identity, record.identity), project, record, *weighed)
        for project, record in _worth_a_look(projects, records)
        if (project.identity, record.identity) not in decided
        and (weighed := weigh(project, record, weights))[0] >= at_least
    ]
    found.sort(key=lambda one: (-one.score, one.project.identity, one.record.identity))
    return _with_conflicts(found, projects)


def candidate_id(project_key: str, statistics_code: str) -> str:
    """The short name of a pair: the same in every month and release."""
    return f"{short_id(project_key)}-{short_id(statistics_code)}"


def short_id(identity: str) -> str:
    """Five letters and digits for one side of a pair; two sides may share them, which is then told."""
    digest = hashlib.blake2b(identity.encode(), digest_size=5).digest()
    return base64.b32encode(digest).decode().lower()[:_ID_CHARACTERS]


def _worth_a_look(projects: Sequence[Side], records: Sequence[Side]) -> Iterator[tuple[Side, Side]]:
    for project in projects:
        for record in records:
            if project.matched and record.matched:
                continue
            if (
                similarity(project.parts.whole, record.parts.whole) >= _ALIKE_ENOUGH_TO_WEIGH
                or _share(project.credit_code, record.credit_code)
                or _share(project.owner_key, record.owner_key)
                or _share(project.total_wanyuan, record.total_wanyuan)
            ):
                yield project, record


def _share(left: object, right: object) -> bool:
    return bool(left) and left == right


def _with_conflicts(
    candidates: Sequence[LinkCandidate], projects: Sequence[Side]
) -> list[LinkCandidate]:
    names = {project.identity: project.name for project in projects}
    by_project, by_record = defaultdict(list), defaultdict(list)
    for candidate in candidates:
        by_project[candidate.project.identity].append(candidate)
        by_record[candidate.record.identity].append(candidate)
    return [
        LinkCandidate(
            one.candidate_id, one.project, one.record, one.score, one.evidence,
            tuple(_conflicts(one, names, by_project[one.project.identity], by_record[one.record.identity])),
        )
        for one in candidates
    ]  # fmt: skip


def _conflicts(
    candidate: LinkCandidate,
    names: Mapping[str, str],
    of_project: Sequence[LinkCandidate],
    of_record: Sequence[LinkCandidate],
) -> Iterator[str]:
    if candidate.project.project_code is None:
        yield "项目没有代码：先请单位在台账中补上，才能确认或否定"
    if candidate.project.matched:
        yield f"项目已对应统计记录 {'、'.join(candidate.project.matched)}"
    if candidate.record.matched:
        told = "、".join(names.get(key, key) for key in candidate.record.matched)
        yield f"统计记录已对应项目 {told}"
    if others := [one.candidate_id for one in of_record if one is not candidate]:
        yield f"同一统计记录另有 {len(others)} 个疑似项目：{_first(others)}"
    if others := [one.candidate_id for one in of_project if one is not candidate]:
        yield f"同一项目另有 {len(others)} 条疑似记录：{_first(others)}"


def _first(others: Sequence[str]) -> str:
    told = "、".join(others[:_MOST_NAMED])
    return f"{told} 等" if len(others) > _MOST_NAMED else told
