"""Links: what people decided about two records, the same project or not (``links.csv``, contract §3).

Reading the table, and who may stand on its two sides. Adding a decision to it is ``reconciliation``'s, what follows
from one dbt's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from pipelines.declarations.tables import read_numbered_table
from pipelines.text import project_code, text_code

LinkDecision = Literal["confirmed", "rejected"]

LEDGER = "project_ledger"
STATISTICS = "statistics_fai"
LINK_COLUMNS = (
    "left_source", "left_id", "right_source", "right_id", "decided_by", "decided_at", "note",
)  # fmt: skip
DECISION_COLUMN = "decision"
_NEEDED = LINK_COLUMNS[:4]


@dataclass(frozen=True)
class Link:
    """A person's decision that two records are the same project, or are not; ids are normalised codes."""

    left_source: str
    left_id: str
    right_source: str
    right_id: str
    decided_by: str | None
    decided_at: str | None
    note: str | None
    decision: LinkDecision = "confirmed"

    @property
    def sides(self) -> frozenset[tuple[str, str]]:
        """What it is about, whichever side was written first."""
        return frozenset({(self.left_source, self.left_id), (self.right_source, self.right_id)})


def read_links(path: Path, faults: list[str]) -> tuple[Link, ...]:
    """The decisions that stand, in the order of the file: of several about the same two the last row.

    The column ``decision`` may be missing or blank: then a row confirms. Faults are added to ``faults``; without the
    file there are no links.
    """
    if not path.is_file():
        return ()
    standing: dict[frozenset[tuple[str, str]], Link] = {}
    for number, row in read_numbered_table(path, _NEEDED, faults):
        where = f"{path}: row {number}"
        for side in ("left", "right"):
            if row[f"{side}_source"] not in (LEDGER, STATISTICS):
                faults.append(f"{where}: unknown source “{row[f'{side}_source']}”")
            if not row[f"{side}_id"]:
                faults.append(f"{where}: a link without {side}_id")
        decision = row.get(DECISION_COLUMN) or "confirmed"
        if decision not in get_args(LinkDecision):
            faults.append(f"{where}: {DECISION_COLUMN} is confirmed or rejected, not “{decision}”")
        link = Link(
            row["left_source"],
            linked_id(row["left_source"], row["left_id"]),
            row["right_source"],
            linked_id(row["right_source"], row["right_id"]),
            row.get("decided_by") or None,
            row.get("decided_at") or None,
            row.get("note") or None,
            cast(LinkDecision, decision),
        )
        standing.pop(link.sides, None)
        standing[link.sides] = link
    return tuple(standing.values())


def linked_id(source: str, identifier: str) -> str:
    """A code in the form in which the returns' codes are kept."""
    return project_code(identifier) if source == LEDGER else text_code(identifier)
