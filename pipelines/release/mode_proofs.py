"""The proof about who may read what: modes of the home's files and folders."""

import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import manifest_name
from pipelines.release.proofs import Proof
from pipelines.release.publishing import BUILD_COPY, kept_releases
from pipelines.release.readers import StatisticsGroup, may_pass, statistics_group
from pipelines.settings import Home

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PASSING = stat.S_IXGRP | stat.S_IXOTH


def modes(home: Home) -> Proof:
    """What is private can be read by its owner alone, the statistics by their group too; ``published`` is open."""
    faults = []
    try:
        group = statistics_group(home.settings().release.statistics_group)
    except OperatorError as error:
        group = None
        faults.append(error.cause)
    # Others may be let through the home to what is published, as long as everything else in it is closed.
    passing = may_pass(home, group)
    private, restricted = list(_private(home)), list(_restricted(home))
    faults += [
        f"{path} may be read by others (mode {path.stat().st_mode & 0o777:o})"
        for path in private
        if path.stat().st_mode & _OTHERS & ~(passing if path == home.root else 0)
    ]
    faults += [
        f"{path} may be read by others (mode {path.stat().st_mode & 0o777:o})"
        for path in restricted
        if path.stat().st_mode & _OTHERS & ~_allowed(path, group)
    ]
    counted = len(private) + len(restricted)
    return Proof("modes: what is private is its owner's alone", counted, tuple(faults))


def _private(home: Home) -> Iterator[Path]:
    """The home itself and what lies in it; behind a closed door only what would give everything away."""
    yield home.root
    if home.root.stat().st_mode & _PASSING:
        yield from (p for p in sorted(home.root.iterdir()) if p != home.published)
    databases = (home.work_database, home.ledger_snapshot, home.building_database)
    yield from (path for path in (home.archive, *databases) if path.exists())
    builds = (folder / BUILD_COPY for folder in kept_releases(home))
    yield from (path for path in builds if path.exists())


def _restricted(home: Home) -> Iterator[Path]:
    for folder in kept_releases(home):
        for edition in EDITIONS:
            if not edition.is_open:
                paths = (folder / edition.file_name, folder / manifest_name(edition))
                yield from (path for path in paths if path.exists())


def _allowed(path: Path, group: StatisticsGroup | None) -> int:
    is_theirs = group is not None and path.stat().st_gid == group.number
    return stat.S_IRGRP if is_theirs else 0
