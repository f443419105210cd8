"""Copies of the ledger for everyone who only reads it: checks, templates, trials of rules, the build.

The work database belongs to its one writer. A build of the marts takes seconds to minutes; it works on a
copy, so that no return ever waits behind it.
"""

import os
import shutil
from pathlib import Path

from pipelines.problems import OperatorError
from pipelines.settings import Home


def take_snapshot(home: Home) -> None:
    """Copy the work database; the caller is its writer and has closed it."""
    _copy(home.work_database, home.ledger_snapshot)


def begin_build(home: Home) -> Path:
    """A fresh copy of the snapshot for dbt to build in; the last build's is replaced.

    Raises OperatorError when nothing has been loaded yet.
    """
    if not home.ledger_snapshot.exists():
        raise OperatorError(
            f"{home.ledger_snapshot} does not exist.", f"Run: taizhang load --home {home.root}"
        )
    _copy(home.ledger_snapshot, home.building_database)
    return home.building_database


def _copy(source: Path, target: Path) -> None:
    """Copy a closed database file and put the copy in place in one step."""
    if source.with_name(source.name + ".wal").exists():
        raise OperatorError(f"{source} was not closed cleanly.", "Run the load again.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    partial.replace(target)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
