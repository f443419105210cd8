"""Who may read what of a release: modes of files and folders, and the group that may read the statistics.

Which rows are in which file is the business of ``editions`` and of the marts.
"""

import grp
import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.problems import OperatorError
from pipelines.release.editions import Edition
from pipelines.settings import Home

OWNER_ONLY = 0o600
_GROUP_TOO = 0o640
# The group goes through the home to what is published, and sees nothing on the way.
_PASSED_BY_GROUP = 0o710


@dataclass(frozen=True)
class StatisticsGroup:
    """A group of this machine whose members may read ``statistics.duckdb``."""

    name: str
    number: int


def statistics_group(name: str | None) -> StatisticsGroup | None:
    """The group the settings name. Raises OperatorError for one that is not there, or that may not be given a file."""
    if name is None:
        return None
    remedy = "Correct [release] statistics_group in taizhang.toml, then load again."
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise OperatorError(f"This machine has no group “{name}”.", remedy) from error
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise OperatorError(
            f"Who runs the load is not a member of “{name}”, and cannot let it read the statistics.",
            f"Add the user to the group, or: {remedy}",
        )
    return StatisticsGroup(name, number)


def allowed_mode(edition: Edition, group: StatisticsGroup | None) -> int:
    """The mode of an edition's files."""
    return _GROUP_TOO if group is not None and not edition.is_open else edition.mode


def let_read(path: Path, edition: Edition, group: StatisticsGroup | None) -> None:
    """Give one file of a release the group and mode it is to have."""
    if group is not None and not edition.is_open:
        os.chown(path, -1, group.number)
    path.chmod(allowed_mode(edition, group))


def let_pass(home: Home, folder: Path, group: StatisticsGroup | None) -> None:
    """Open the folders of a release; through the home itself only the group of the statistics may go."""
    parquet = folder / "parquet"
    for passed in (home.published, folder.parent, folder, parquet, *parquet.iterdir()):
        passed.chmod(0o755)
    for copy in parquet.glob("*/*.parquet"):
        copy.chmod(0o444)
    if group is not None:
        os.chown(home.root, -1, group.number)
        home.root.chmod(_PASSED_BY_GROUP)
