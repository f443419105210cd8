"""The gate before a release: what must hold in the finished build, and the publication that follows.

What holds and what is published is ``release``; here it is called in order, with the locks of the run.
"""

from collections.abc import Sequence

from pipelines.database import open_for_writing
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_ledger
from pipelines.release.corrections import unmatched_corrections
from pipelines.release.proofs import Proof
from pipelines.release.publishing import Release, publish
from pipelines.release.recording import record_current


def prove_build(home: HomeResource) -> list[Proof]:
    """Everything that must hold in the finished build before it is published."""
    with open_for_writing(home.home.building_database) as connection:
        unmatched = tuple(unmatched_corrections(connection))
        return [
            *audit_ledger(connection, home.catalogue.forms),
            Proof("corrections: every one still fits", len(unmatched), unmatched),
        ]


def publish_proved(home: HomeResource, results: RunResults, proofs: Sequence[Proof]) -> Release:
    """Publish what the gate lets through. Raises OperatorError with every fault where it does not."""
    faults = [fault for proof in proofs for fault in proof.faults]
    if faults:
        raise OperatorError(
            "The release is held back:\n  " + "\n  ".join(faults),
            "Mend what is named above, then load again. The last release stays in place.",
        )
    made = publish(home.home, home.catalogue.settings, home.accept_change)
    results.release = made
    record_release(home, results)
    return made


def record_release(home: HomeResource, results: RunResults) -> None:
    """Record the release that is in place now. Where it cannot be done yet, the next load does it first of all."""
    try:
        with (
            home.writing(results.say),
            open_work_database(home.home, home.catalogue.forms) as connection,
        ):
            record_current(connection, home.home)
    except OperatorError as error:
        results.say(
            "The release is published; its versions are not recorded yet, the next load does it."
            f" {error.cause}"
        )
