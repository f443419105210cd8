"""Every mart as it was at a moment: rebuilt from the ledger of then, with the configuration of then.

With the same version of the product it is what was published then, table by table and row by row. The release in
place, the ledger and the archive are not touched.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.ledger.build_notes import leave_keys
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.configurations import lay_out, product_fingerprint
from pipelines.ledger.loading import store_declared
from pipelines.ledger.looking_back import PastRelease, release_as_known, take_back
from pipelines.ledger.snapshots import copy_closed
from pipelines.ledger.work_database import open_work_database
from pipelines.lock import Say, only_builder, only_writer
from pipelines.orchestration.dbt_manifest import primary_keys, read_manifest
from pipelines.orchestration.dbt_runs import build, raise_on_failure
from pipelines.release.as_known import lay_out_files, new_or_empty
from pipelines.release.recording import record_current
from pipelines.settings import Home, point_dbt_at


@dataclass(frozen=True)
class Rebuilt:
    """Where the files lie, which release they are, and whether the product is the same as then."""

    folder: Path
    past: PastRelease
    is_same_product: bool


def rebuild_as_known(home: Home, moment: datetime, folder: Path | None, say: Say) -> Rebuilt:
    """Rebuild every mart as of the last release at or before a moment, into ``folder`` or one below the home.

    Raises OperatorError when nothing was published by then, when the configuration of then was not kept, when the
    folder is not free, and when a model fails.
    """
    wanted = None if folder is None else new_or_empty(home, folder)
    today = read_catalogue(home)
    wait = today.settings.limits.lock_wait_seconds
    with only_builder(home, wait, say):
        home.as_known.mkdir(mode=0o700, exist_ok=True)
        private = Home(home.as_known / ".building")
        _clear(private)
        try:
            with only_writer(home, wait, say):
                with open_work_database(home, today.forms) as connection:
                    record_current(connection, home)
                    past = release_as_known(connection, moment)
                    private.root.mkdir(mode=0o700)
                    lay_out(connection, home.archive, past.config_hash, private)
                copy_closed(home.work_database, private.work_database)
            target = wanted or home.as_known / f"{past.now_at:%Y%m%dT%H%M%S}"
            _build(private, past, home.logs)
            if wanted is None and target.exists():
                # The home's own place for this moment: what was rebuilt there before.
                shutil.rmtree(target)
            lay_out_files(private.building_database, target)
        finally:
            point_dbt_at(home)
            _clear(private)
    return Rebuilt(target, past, past.product == product_fingerprint())


def _build(private: Home, past: PastRelease, logs: Path) -> None:
    catalogue = read_catalogue(private)
    with open_work_database(private, catalogue.forms) as connection:
        take_back(connection, past)
        store_declared(connection, catalogue)
        leave_keys(connection, primary_keys(read_manifest()))
    private.building_database.parent.mkdir(mode=0o700)
    private.work_database.replace(private.building_database)
    point_dbt_at(private, catalogue.settings.limits.build_memory_mib)
    raise_on_failure(build(private.building_database.parent, logs, []).results, logs)


def _clear(private: Home) -> None:
    if private.root.exists():
        shutil.rmtree(private.root)
