"""What a load worked with: the home's own files, kept byte for byte, and the version of the product.

The files go into the archive of what was received, under their hash; which of them belong together is
``raw.config_files``, which load worked with them ``raw.loads``. What the files mean is read by ``settings`` and
``declarations``.
"""

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pipelines.database import Connection, transaction
from pipelines.intake.archive import fetch, flush, store
from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT, SETTINGS_FILE, Home

# What decides how returns become figures, and whether they may be published; samples and documentation do not.
_MAKING = (
    "requirements.lock",
    "pipelines/**/*.py",
    "dbt_project/dbt_project.yml",
    "dbt_project/models/**/*",
    "dbt_project/macros/*.sql",
    "dbt_project/tests/**/*.sql",
    "expectations/*.yml",
    "sources/forms/**/*",
    "sources/reference/*.csv",
    "warehouse/ddl/*.sql",
)


@dataclass(frozen=True)
class Configuration:
    """The files of a home that a person edits, each by its path in the home, in the order of the paths."""

    files: tuple[tuple[str, bytes], ...] = ()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file, by its path."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files}

    @cached_property
    def digest(self) -> str:
        """One hash over all of them: of the lines "path sha256"."""
        lines = "".join(f"{path} {sha256}\n" for path, sha256 in sorted(self.hashes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def read_configuration(home: Home) -> Configuration:
    """The settings and the tables of a home as they stand there now; a file that is not there is left out."""
    tables = sorted(home.config.glob("*.csv"))
    found = [path for path in (home.settings_file, *tables) if path.is_file()]
    return Configuration(
        tuple(sorted((p.relative_to(home.root).as_posix(), p.read_bytes()) for p in found))
    )


def keep_configuration(
    connection: Connection, archive: Path, load_id: str, configuration: Configuration
) -> None:
    """Note with what a load works; files that were not met before go into the archive first.

    Raises OperatorError when the archive cannot be written.
    """
    config_hash = configuration.digest
    known = connection.execute(
        "select count(*) from raw.config_files where config_hash = ?", [config_hash]
    ).fetchall()[0][0]
    if not known:
        flush(archive, [store(archive, data) for _, data in configuration.files])
    with transaction(connection):
        if not known and configuration.files:
            connection.executemany(
                "insert into raw.config_files values (?, ?, ?, ?)",
                [
                    [config_hash, path, configuration.hashes[path], len(data)]
                    for path, data in configuration.files
                ],
            )
        connection.execute(
            "update raw.loads set config_hash = ?, product = ? where load_id = ?",
            [config_hash, product_fingerprint(), load_id],
        )


def lay_out(connection: Connection, archive: Path, config_hash: str, home: Home) -> None:
    """Write a kept configuration into a home, as it was. Raises OperatorError when a file is lost or altered."""
    files = connection.execute(
        "select path, sha256 from raw.config_files where config_hash = ? order by path",
        [config_hash],
    ).fetchall()
    if SETTINGS_FILE not in dict(files):
        raise OperatorError("The configuration of that load was not kept.", "Name a later moment.")
    for path, sha256 in files:
        target = home.root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(fetch(archive, sha256))


@cache
def product_fingerprint() -> str:
    """A hash over everything in the product that decides about figures: equal for equal versions only."""
    digest = hashlib.sha256()
    for pattern in _MAKING:
        for path in sorted(PROJECT_ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
