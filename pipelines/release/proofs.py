"""What an audit says of one thing it looked at. What is looked at lies in the neighbouring modules."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """One thing the audit looked at: what it counted, every fault it found, and what else there is to say."""

    title: str
    counted: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults
