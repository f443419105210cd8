"""Ledger projects and statistics records to be compared, of which only what matters is said."""

from __future__ import annotations

from decimal import Decimal

from pipelines.declarations.link_evidence import read_link_evidence
from pipelines.reconciliation.deciding import EVIDENCE_FILE
from pipelines.reconciliation.evidence import MEASURED, Side
from pipelines.reconciliation.name_parts import name_parts

WEIGHTS = read_link_evidence(EVIDENCE_FILE, MEASURED)


def side(name: str, identity: str = "x", **known: object) -> Side:
    """One side; what is not given nobody knows."""
    given = {
        "project_code": None, "unit_code": None, "places": frozenset(), "owner_key": None,
        "credit_code": None, "total_wanyuan": None, "ytd_wanyuan": None, "started_on": None,
        **known,
    }  # fmt: skip
    for amount in ("total_wanyuan", "ytd_wanyuan"):
        given[amount] = None if given[amount] is None else Decimal(given[amount])
    return Side(identity, name, name_parts(name, {}, given["owner_key"]), **given)
