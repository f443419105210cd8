"""The files of a release that is rebuilt as it once was, laid into a folder of their own.

No release: no number, no switch, no reader is told. How the marts are made as they were is ``ledger.looking_back`` and
dbt; what is published now is ``publishing``.
"""

import os
import shutil
from pathlib import Path

from pipelines.database import open_in_memory, quote_text
from pipelines.problems import OperatorError
from pipelines.release.editions import EDITIONS, seal, write_files
from pipelines.settings import Home


def new_or_empty(home: Home, folder: Path) -> Path:
    """The folder, with its whole path, into which files may be laid: nothing of anybody's is in it.

    Raises OperatorError for one that holds anything, that belongs to the home, or that cannot be made.
    """
    whole = folder.resolve()
    owned = (
        home.published, home.archive, home.config, home.inbox, home.feedback, home.reports,
        home.logs, home.as_known / ".building",
    )  # fmt: skip
    if any(whole.is_relative_to(place) for place in owned):
        raise OperatorError(f"{whole} belongs to the home.", "Name a new folder beside the home.")
    standing = next(place for place in (whole, *whole.parents) if place.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        raise OperatorError(f"{whole} cannot be made.", f"Look at {standing}, or name another one.")
    if standing == whole and any(whole.iterdir()):
        raise OperatorError(
            f"{whole} is not empty, and nothing in it is to be lost.",
            "Name a folder that is new or empty.",
        )
    return whole


def lay_out_files(build: Path, folder: Path) -> None:
    """Write the files of a release from a finished build into a folder that is new or empty.

    Nobody but the owner may look into the folder from now on: one of the files is restricted. Where they cannot be
    made, none of them is left there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = folder / ".building"
    made.mkdir(mode=0o700)
    try:
        with open_in_memory() as connection:
            connection.execute(f"attach {quote_text(str(build))} as work (read_only)")
            write_files(connection, made)
        for edition in EDITIONS:
            seal(made / edition.file_name, edition.mode)
        for part in sorted(made.iterdir()):
            part.rename(folder / part.name)
    finally:
        shutil.rmtree(made)
