"""The proof that nothing was lost: inbox, archive, receipts, rows and published tables hold each other.

Here the proofs are put together; each is made in one of the ``…_proofs`` beside. Reads the home; changes nothing.
"""

from collections.abc import Iterator, Sequence

from pipelines.database import Connection, open_for_writing
from pipelines.declarations.forms import Form
from pipelines.ledger.work_database import is_up_to_date
from pipelines.problems import OperatorError
from pipelines.release.home_proofs import answers, archive, inbox
from pipelines.release.ledger_proofs import (
    accounting,
    end_states,
    loads,
    one_in_force,
    photographs,
    reasons,
    row_counts,
    rule_versions,
    seals,
    successors,
)
from pipelines.release.mode_proofs import modes
from pipelines.release.proofs import Proof
from pipelines.release.recording import recorded
from pipelines.release.release_proofs import released
from pipelines.settings import Home


def audit_ledger(connection: Connection, forms: Sequence[Form]) -> list[Proof]:
    """What must hold in the work database before anything is published."""
    return [
        end_states(connection),
        accounting(connection),
        row_counts(connection, forms),
        seals(connection),
        reasons(connection),
        one_in_force(connection, forms),
        successors(connection),
        photographs(connection),
    ]


def audit_home(home: Home, forms: Sequence[Form], wait: float) -> list[Proof]:
    """Every proof of a home. The caller holds both locks of the home.

    Raises OperatorError when there is nothing to audit yet, or only what an earlier version has loaded.
    """
    if not home.work_database.exists():
        raise OperatorError(
            f"{home.root} has not been loaded yet.", f"taizhang load --home {home.root}"
        )
    return list(_proofs(home, forms, wait))


def _proofs(home: Home, forms: Sequence[Form], wait: float) -> Iterator[Proof]:
    yield inbox(home)
    yield modes(home)
    with open_for_writing(home.work_database, wait) as connection:
        if not is_up_to_date(connection, forms):
            raise OperatorError(
                f"{home.work_database} has not been loaded with this version yet.",
                f"Load once with this version: taizhang load --home {home.root}",
            )
        yield archive(connection, home)
        yield loads(connection)
        yield from audit_ledger(connection, forms)
        yield rule_versions(connection)
        yield answers(connection, home)
        yield recorded(connection, home)
    yield from released(home, forms)
