"""What speaks for and against a ledger project and a statistics record being the same: measured, weighed, in words.

Whom to compare is ``candidates``'; the weights are declared (``declarations.link_evidence``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.declarations.link_evidence import PRIOR, EvidenceWeight
from pipelines.matching import contained_likeness, similarity
from pipelines.reconciliation.name_parts import NameParts


@dataclass(frozen=True)
class Side:
    """A ledger project or a statistics record, as far as the two can be compared; amounts in 万元.

    ``identity`` is the project key or the statistics code. ``places`` are the townships and zones it lies in, as far as
    unit or address say so. ``matched`` are the identities on the other side it is matched with for certain.
    """

    identity: str
    name: str
    parts: NameParts
    project_code: str | None
    unit_code: str | None
    places: frozenset[str]
    owner_key: str | None
    credit_code: str | None
    total_wanyuan: Decimal | None
    ytd_wanyuan: Decimal | None
    started_on: date | None
    matched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One piece: its measure, what it adds to the balance in bits, and the sentence for it."""

    kind: str
    measure: float
    bits: float
    words: str


Measured = tuple[float, str]
_Measure = Callable[[Side, Side], Measured | None]


def weigh(
    project: Side, record: Side, weights: Mapping[str, EvidenceWeight]
) -> tuple[float, tuple[Evidence, ...]]:
    """The score (0 to 1) and its pieces, the weightiest first.

    score = 1 ÷ (1 + 2^−b), b the sum of the prior and of every piece's bits: more agreement anywhere never lowers it.
    What one side does not say counts neither way.
    """
    pieces = sorted(_pieces(project, record, weights), key=lambda piece: -abs(piece.bits))
    balance = weights[PRIOR].agree_bits + sum(piece.bits for piece in pieces)
    return 1 / (1 + 2**-balance), tuple(pieces)


def _pieces(
    project: Side, record: Side, weights: Mapping[str, EvidenceWeight]
) -> Iterator[Evidence]:
    for kind, measure in _MEASURES.items():
        if (measured := measure(project, record)) is not None:
            value, words = measured
            yield Evidence(kind, value, weights[kind].bits(value), f"{weights[kind].words}{words}")


def _likeness(left: str, right: str) -> Measured:
    alike = similarity(left, right)
    return alike, "相同" if alike == 1 else f"相似度 {alike:.2f}"


def _name(project: Side, record: Side) -> Measured | None:
    return _likeness(project.parts.whole, record.parts.whole)


def _core(project: Side, record: Side) -> Measured | None:
    cores = (project.parts.core, record.parts.core)
    return None if cores == (project.parts.whole, record.parts.whole) else _likeness(*cores)


def _contained(project: Side, record: Side) -> Measured | None:
    if project.parts.whole == record.parts.whole:
        return None
    alike = contained_likeness(project.parts.core, record.parts.core)
    return alike, "" if alike == 1 else f" {alike:.2f}"


def _numbers(project: Side, record: Side) -> Measured | None:
    """Phase two is not phase three; but one side may leave a number out that the other writes."""
    left, right = project.parts.numbers, record.parts.numbers
    if not left or not right:
        return None
    if left <= right or right <= left:
        return 1.0, "相符"
    return 0.0, f"不同（{'、'.join(sorted(left - right))}；{'、'.join(sorted(right - left))}）"


def _unmatched(project: Side, record: Side) -> Measured | None:
    """A side that has its counterpart may have another, as packages do; most do not."""
    return (0.0, "已有确定的对应") if project.matched or record.matched else None


def _credit_code(project: Side, record: Side) -> Measured | None:
    return _equal(project.credit_code, record.credit_code)


def _owner(project: Side, record: Side) -> Measured | None:
    """The owner's name, where the credit codes do not say it better already."""
    if not project.owner_key or not record.owner_key or _credit_code(project, record) is not None:
        return None
    return _likeness(project.owner_key, record.owner_key)


def _project_code(project: Side, record: Side) -> Measured | None:
    if not project.project_code or not record.project_code:
        return None
    return _likeness(project.project_code, record.project_code)


def _place(project: Side, record: Side) -> Measured | None:
    left, right = project.places | project.parts.places, record.places | record.parts.places
    if not left or not right:
        return None
    return (1.0, "相同") if left & right else (0.0, "不同")


def _equal(left: object, right: object) -> Measured | None:
    if not left or not right:
        return None
    return (1.0, "相同") if left == right else (0.0, "不同")


def _total(project: Side, record: Side) -> Measured | None:
    return _amounts(project.total_wanyuan, record.total_wanyuan)


def _ytd(project: Side, record: Side) -> Measured | None:
    return _amounts(project.ytd_wanyuan, record.ytd_wanyuan)


def _amounts(left: Decimal | None, right: Decimal | None) -> Measured | None:
    """The gap between two amounts as a share of the larger; amounts of zero say nothing."""
    if not left or not right or left < 0 or right < 0:
        return None
    gap = float(abs(left - right) / max(left, right))
    return gap, "相同" if gap == 0 else f"相差 {gap:.1%}"


def _start(project: Side, record: Side) -> Measured | None:
    left, right = project.started_on, record.started_on
    if left is None or right is None:
        return None
    months = abs((left.year - right.year) * 12 + left.month - right.month)
    return float(months), f"相差 {months} 个月" if months else "同月"


_MEASURES: Mapping[str, _Measure] = {
    "name": _name,
    "core": _core,
    "contained": _contained,
    "numbers": _numbers,
    "credit_code": _credit_code,
    "owner": _owner,
    "project_code": _project_code,
    "place": _place,
    "total": _total,
    "ytd": _ytd,
    "start": _start,
    "unmatched": _unmatched,
}
MEASURED = frozenset(_MEASURES)
