"""Who may read what of a release: modes of files and folders, and the group that may read the statistics.

Which rows are in which file is the business of ``editions`` and of the marts.
"""

import grp
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS, Edition
from pipelines.release.manifest import manifest_name
from pipelines.settings import Home

OWNER_ONLY = 0o600
_GROUP_TOO = 0o640
# The group goes through the home to what is published, and sees nothing on the way.
_PASSED_BY_GROUP = 0o710
_CLOSED = 0o700


@dataclass(frozen=True)
class StatisticsGroup:
    """A group of this machine whose members may read ``statistics.duckdb``."""

    name: str
    number: int


def statistics_group(name: str | None) -> StatisticsGroup | None:
    """The group the settings name. Raises OperatorError for one that is not there, or that may not be given a file."""
    if name is None:
        return None
    remedy = "Correct [release] statistics_group in taizhang.toml, then repeat the command."
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise OperatorError(f"This machine has no group “{name}”.", remedy) from error
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise OperatorError(
            f"Who runs this is not a member of “{name}”, and cannot let it read the statistics.",
            f"Add the user to the group, or: {remedy}",
        )
    return StatisticsGroup(name, number)


def allowed_mode(edition: Edition, group: StatisticsGroup | None) -> int:
    """The mode of an edition's files."""
    return _GROUP_TOO if group is not None and not edition.is_open else edition.mode


def let_read(folder: Path, group: StatisticsGroup | None) -> None:
    """Give the files of a release the modes they are to have, and the restricted ones to the group or back."""
    for edition in EDITIONS:
        for name in (edition.file_name, manifest_name(edition)):
            path = folder / name
            if not path.exists():
                continue
            status = path.stat()
            if group is not None and not edition.is_open and status.st_gid != group.number:
                os.chown(path, -1, group.number)
            if stat.S_IMODE(status.st_mode) != allowed_mode(edition, group):
                path.chmod(allowed_mode(edition, group))


def open_folders(home: Home, folder: Path) -> None:
    """Let everybody look into the folders of a release, as far as they get through the home."""
    parquet = folder / "parquet"
    for passed in (home.published, folder.parent, folder, parquet, *parquet.iterdir()):
        passed.chmod(0o755)
    for copy in parquet.glob("*/*.parquet"):
        copy.chmod(0o444)


def let_pass(home: Home, group: StatisticsGroup | None) -> None:
    """Let the group of the statistics through the home, and close it again where there is none.

    A home whose operator lets everybody through stays as it is.
    """
    others = home.root.stat().st_mode & stat.S_IXOTH
    if group is not None:
        os.chown(home.root, -1, group.number)
        home.root.chmod(_PASSED_BY_GROUP | others)
    elif home.root.stat().st_mode & stat.S_IRWXG & ~may_pass(home, None):
        home.root.chmod(_CLOSED)


def may_pass(home: Home, group: StatisticsGroup | None) -> int:
    """The bits of mode by which others than the owner may get through the home."""
    status = home.root.stat()
    # Of a folder with an access list the bits of the group are the list's mask.
    if status.st_mode & stat.S_IXOTH or _has_access_list(home.root):
        return stat.S_IXGRP | stat.S_IXOTH
    return stat.S_IXGRP if group is not None and status.st_gid == group.number else 0


def _has_access_list(path: Path) -> bool:
    return "system.posix_acl_access" in os.listxattr(path)
