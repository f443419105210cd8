"""The faults an operator is told about. Findings for submitters live in ``validation``."""

from collections.abc import Sequence


class OperatorError(Exception):
    """Something the operator must mend: what happened, and the remedy."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}\nWhat to do: {remedy}")
        self.cause = cause
        self.remedy = remedy


class DeclarationError(OperatorError):
    """Faults in declared data (forms, rules, district tables), all of them at once."""

    def __init__(self, faults: Sequence[str]) -> None:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(
            f"The declared tables have {len(faults)} fault(s):\n{listed}",
            "Correct each line named above in its file, then repeat the command.",
        )
        self.faults = tuple(faults)
