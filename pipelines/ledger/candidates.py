"""Which returns are judged together, and in which order they take effect (contract §7).

Ledgers first, then period by period, version by version. What is decided of them belongs to ``deciding``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.declarations.forms import Form
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.versions import Placed, SlotKey
from pipelines.periods import period_order
from pipelines.validation.waves import Extent, Wave


@dataclass(frozen=True)
class Told:
    """What a readable return tells about itself; None where it cannot be told."""

    form: Form | None
    period: str | None


@dataclass(frozen=True)
class Candidate:
    """A receipt whose form and period are known; ``order`` settles versions within a load."""

    receipt: Receipt
    form: Form
    period: str
    order: tuple[tuple[datetime, datetime], str, str]

    @property
    def slot(self) -> SlotKey:
        return (self.receipt.unit_code, self.form.form_id, self.period)

    @property
    def placed(self) -> Placed:
        receipt = self.receipt
        return Placed(receipt.receipt_id, self.slot, receipt.sha256, self.form.header.restricted)


def waves_of(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Groups that may be judged together, in the order in which they take effect."""
    versions: dict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: c.order):
        versions[candidate.slot].append(candidate)
    waves: dict[tuple[bool, str, int, str], list[Candidate]] = defaultdict(list)
    for listed in versions.values():
        for number, candidate in enumerate(listed):
            header = candidate.form.header
            comes_later = not header.is_ledger
            order = period_order(candidate.period)
            waves[comes_later, order, number, header.form_id].append(candidate)
    return [waves[key] for key in sorted(waves)]


def extents_of(candidates: Sequence[Candidate]) -> dict[str, Extent]:
    """Over what the waves of each form go, by form id."""
    told: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for candidate in candidates:
        unit, form_id, period = candidate.slot
        told[form_id].append((candidate.receipt.receipt_id, period, unit))
    return {form_id: Extent.of(listed) for form_id, listed in told.items()}


def wave_of(candidates: Sequence[Candidate], has_errors: Mapping[str, bool]) -> Wave:
    """The candidates of a wave as they are judged; ``has_errors`` is told of each receipt."""
    units = {c.receipt.receipt_id: c.receipt.unit_code for c in candidates}
    return Wave(candidates[0].form, candidates[0].period, units, has_errors)


def written_together(
    waves: Sequence[Sequence[Candidate]], most: int
) -> Iterator[list[Sequence[Candidate]]]:
    """Waves of so many returns at most; of ledgers and cross-tables each alone, for the next is compared with what the
    ledger says.
    """
    group: list[Sequence[Candidate]] = []
    for wave in waves:
        form = wave[0].form
        is_alone = form.header.is_ledger or form.is_cross_table
        if group and (is_alone or sum(map(len, group)) + len(wave) > most):
            yield group
            group = []
        group.append(wave)
        if is_alone:
            yield group
            group = []
    if group:
        yield group
