"""Two kept releases side by side, for who runs the home: figures from their manifests, rows from their files."""

from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.database import Connection
from pipelines.release.comparison import changes
from pipelines.release.differences import (
    RowChange,
    RowCounts,
    count_changes,
    key_of,
    list_changes,
    two_releases,
)
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import Manifest, read_manifest
from pipelines.release.rollback import kept_release
from pipelines.settings import Home


@dataclass(frozen=True)
class FigureChange:
    """Rows, units or an amount's total (万元) of a table, before and after."""

    measure: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class TableChange:
    """A table whose rows are not the same: how many, and the figures that changed with them."""

    table: str
    file_name: str
    rows: RowCounts
    figures: list[FigureChange]


@dataclass(frozen=True)
class ReleaseChange:
    """What changed between two releases, and what could not be compared."""

    before: int
    after: int
    tables: list[TableChange] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)


def compare_releases(home: Home, before: int, after: int) -> ReleaseChange:
    """Every table that differs. Raises OperatorError for a release that is not kept."""
    folders = kept_release(home, before), kept_release(home, after)
    report = ReleaseChange(before, after)
    for edition in EDITIONS:
        old, new = (read_manifest(folder, edition) for folder in folders)
        if old is None or new is None:
            report.not_compared.append(
                f"{edition.file_name} was not compared: one of the releases has no manifest."
            )
            continue
        with two_releases(*folders, edition.file_name) as connection:
            report.tables.extend(
                TableChange(
                    table,
                    edition.file_name,
                    count_changes(connection, table, _shared_key(connection, old, new, table)),
                    [
                        FigureChange(c.measure, c.before, c.after)
                        for c in figures
                        if c.before != c.after
                    ],
                )
                for table, figures in changes(old.tables, new.tables).items()
            )
    return report


def compare_rows(
    home: Home, before: int, after: int, table: str, is_restricted: bool, limit: int
) -> list[RowChange]:
    """The rows of one table that differ, at most ``limit``, in the open or in the restricted file.

    Raises OperatorError for a table that neither has, and for one whose rows have no key.
    """
    folders = kept_release(home, before), kept_release(home, after)
    (edition,) = (e for e in EDITIONS if e.is_open != is_restricted)
    old, new = (read_manifest(folder, edition) for folder in folders)
    with two_releases(*folders, edition.file_name) as connection:
        keys = _shared_key(connection, old, new, table)
        return list_changes(connection, table, keys, limit)


def _shared_key(
    connection: Connection, before: Manifest | None, after: Manifest | None, table: str
) -> list[str]:
    """The columns by which the rows of a table are told apart on both sides; none where the sides do not agree.

    A side that has no such table agrees with the other.
    """
    stated = [
        side.keys.get(table, []) if side and side.keys else key_of(connection, name, table)
        for name, side in (("before", before), ("after", after))
        if side is None or table in side.tables
    ]
    return stated[0] if stated and all(key == stated[0] for key in stated) else []
