"""How much each piece of evidence says about two records being one project (``sources/reference/link_evidence.csv``).

Weights are binary logarithms of likelihood ratios, as record linkage counts them (Fellegi and Sunter 1969): full
agreement adds ``agree_bits``, full disagreement ``differ_bits``, what one side does not say nothing. Measuring the
evidence and adding it up is ``reconciliation``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations.declared_rows import DeclaredRow, declared_rows
from pipelines.problems import DeclarationError

PRIOR = "prior"
_COLUMNS = ("evidence", "words", "agree_bits", "differ_bits", "full_at", "none_at")


@dataclass(frozen=True)
class EvidenceWeight:
    """What one piece of evidence is worth.

    ``full_at`` is the measure (a likeness, a relative gap, months) from which on the two sides agree fully, ``none_at``
    the one from which on they do not at all; in between it counts in proportion. ``words`` is what clerks call it.
    """

    words: str
    agree_bits: float
    differ_bits: float
    full_at: float
    none_at: float

    def agreement(self, measure: float) -> float:
        """How far the two sides agree, 0 to 1."""
        return min(max((measure - self.none_at) / (self.full_at - self.none_at), 0.0), 1.0)

    def bits(self, measure: float) -> float:
        """What a measure adds to the balance; more the better the sides agree."""
        return self.differ_bits + (self.agree_bits - self.differ_bits) * self.agreement(measure)


def read_link_evidence(path: Path, known: frozenset[str]) -> Mapping[str, EvidenceWeight]:
    """The weight of every piece of evidence in ``known``, and the prior.

    Raises DeclarationError with every fault: one that is missing, unknown or doubled, agreement worth less than
    disagreement, bounds that are equal, a prior that is not one number.
    """
    faults: list[str] = []
    weights: dict[str, EvidenceWeight] = {}
    for row in declared_rows(path, _COLUMNS, faults):
        name, weight = row.choice("evidence", (PRIOR, *sorted(known))), _read(row)
        if name in weights:
            row.fault(f"{name} stands twice")
        if name == PRIOR and weight.agree_bits != weight.differ_bits:
            row.fault("the prior is one number, the same in agree_bits and differ_bits")
        weights[name] = weight
    faults += [f"{path}: {name} is missing" for name in sorted({PRIOR, *known} - set(weights))]
    if faults:
        raise DeclarationError(faults)
    return weights


def _read(row: DeclaredRow) -> EvidenceWeight:
    words = row.needed("words")
    numbers = {column: row.number_of(column) for column in _COLUMNS[2:]}
    for column in (name for name, number in numbers.items() if number is None):
        row.needed(column)
    agree, differ, full, none = (float(number or 0) for number in numbers.values())
    if agree < differ:
        row.fault("agree_bits is less than differ_bits: agreeing would count against")
    if full == none:
        row.fault("full_at and none_at are equal")
    return EvidenceWeight(words, agree, differ, full, none)
