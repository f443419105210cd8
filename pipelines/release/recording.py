"""From the release in place to the ledger's history: what was published is recorded, once.

Right after the switch, and again before the ledger is copied for the next build: a load that was cut off between
switch and recording has published, and what it published must be known by then.
"""

import logging

from pipelines.database import Connection, DiskError
from pipelines.ledger.history import record_release, unrecorded_changes
from pipelines.release.proofs import Proof
from pipelines.release.publishing import BUILD_COPY, current_release
from pipelines.settings import Home

_log = logging.getLogger(__name__)


def record_current(connection: Connection, home: Home) -> bool:
    """Record the release in place where it is not recorded yet; whether it was. The caller is the ledger's writer.

    One whose database is damaged can be recorded no more; that stops no load, and the audit names it.
    """
    folder = current_release(home)
    if folder is None or not (folder / BUILD_COPY).is_file():
        return False
    try:
        return record_release(connection, folder / BUILD_COPY, int(folder.name))
    except DiskError as error:
        _log.warning("release %s is not recorded: %s", folder.name, error)
        return False


def recorded(connection: Connection, home: Home) -> Proof:
    """The recorded versions are those that the release in place shows."""
    title = "history: what was published when is recorded"
    counted = connection.execute("select count(*) from history.releases").fetchall()[0][0]
    folder = current_release(home)
    if folder is None or not (folder / BUILD_COPY).is_file():
        return Proof(title, counted, ())
    try:
        return Proof(title, counted, tuple(unrecorded_changes(connection, folder / BUILD_COPY)))
    except DiskError as error:
        return Proof(title, counted, (f"{folder / BUILD_COPY} cannot be read: {error}",))
