"""Names that are alike but not equal: the only importer of rapidfuzz.

Equal names are matched by SQL in ``dbt_project`` and never here; what this module finds is
proposed to a person and never joined.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

# Generic words at the end of a project name; they make unlike names look alike (contract §7).
GENERIC_ENDINGS = ("建设", "新建", "工程", "项目")


@dataclass(frozen=True)
class Candidate:
    """One side of a possible match; ``block`` keys (unit, owner) decide who may be compared."""

    identity: str
    name_key: str
    unit_code: str | None
    owner_key: str | None
    amount_wanyuan: Decimal | None


@dataclass(frozen=True)
class Proposal:
    """A pair to be shown to a person; ``similarity`` is between 0 and 1."""

    left: str
    right: str
    similarity: float


def similarity(left: str, right: str) -> float:
    """Return the normalised Indel similarity (0 to 1) of two texts, ``fuzz.ratio`` ÷ 100."""
    return fuzz.ratio(left, right) / 100


def contained_likeness(left: str, right: str) -> float:
    """How far the shorter text stands in the longer one, 0 to 1 (``fuzz.partial_ratio`` ÷ 100)."""
    return fuzz.partial_ratio(left, right) / 100


def without_generic_ending(name_key: str) -> str:
    """Drop any 建设, 新建, 工程, 项目 at the end of a name, as long as something is left."""
    trimmed = name_key
    while trimmed.endswith(GENERIC_ENDINGS):
        trimmed = trimmed[:-2]
    return trimmed or name_key


def nearest(text: str, choices: Iterable[str]) -> tuple[str, float] | None:
    """Return the choice most similar to ``text`` with its similarity, or None without choices."""
    scored = [(similarity(text, choice), choice) for choice in choices]
    if not scored:
        return None
    best, choice = max(scored, key=lambda pair: (pair[0], pair[1]))
    return choice, best


def propose_pairs(
    left: Sequence[Candidate],
    right: Sequence[Candidate],
    at_least: float,
    may_be: Callable[[str, str], bool] = lambda _left, _right: True,
) -> list[Proposal]:
    """Pair alike names one to one, best first, ties by nearness of amount, then by identity.

    Only candidates of the same unit or the same owner are compared (contract §7, Reconciliation), and only those whose
    identities ``may_be`` one: a pair that a person rejected is none.
    """
    scored = [
        (-score, _amount_gap(one, other), one.identity, other.identity)
        for one in left
        for other in right
        if _same_block(one, other)
        and (
            score := similarity(
                without_generic_ending(one.name_key), without_generic_ending(other.name_key)
            )
        )
        >= at_least
        and may_be(one.identity, other.identity)
    ]
    taken: set[tuple[str, str]] = set()
    proposals: list[Proposal] = []
    for negative_score, _, one_id, other_id in sorted(scored):
        if ("left", one_id) in taken or ("right", other_id) in taken:
            continue
        taken |= {("left", one_id), ("right", other_id)}
        proposals.append(Proposal(one_id, other_id, -negative_score))
    return proposals


def _same_block(one: Candidate, other: Candidate) -> bool:
    same_unit = one.unit_code is not None and one.unit_code == other.unit_code
    same_owner = one.owner_key is not None and one.owner_key == other.owner_key
    return same_unit or same_owner


def _amount_gap(one: Candidate, other: Candidate) -> Decimal:
    if one.amount_wanyuan is None or other.amount_wanyuan is None:
        return Decimal("Infinity")
    return abs(one.amount_wanyuan - other.amount_wanyuan)
