"""Two kept releases side by side, for whoever asks: figures from their manifests, rows from their files.

Of the restricted tables nothing is told to a user who may not read both files.
"""

import os
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.problems import OperatorError
from pipelines.release.comparison import changes
from pipelines.release.differences import (
    RowChange,
    RowCounts,
    count_changes,
    list_changes,
    two_releases,
)
from pipelines.release.editions import EDITIONS
from pipelines.release.rollback import kept_release, readable_manifests
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
    stated = [readable_manifests(folder) for folder in folders]
    for edition in EDITIONS:
        if not all(edition.file_name in manifests for manifests in stated):
            report.not_compared.append(
                f"{edition.file_name} was not compared: you may not read it, or it has no manifest."
            )
            continue
        old, new = (manifests[edition.file_name].tables for manifests in stated)
        with two_releases(*folders, edition.file_name) as connection:
            report.tables.extend(
                TableChange(
                    table,
                    edition.file_name,
                    count_changes(connection, table),
                    [
                        FigureChange(c.measure, c.before, c.after)
                        for c in figures
                        if c.before != c.after
                    ],
                )
                for table, figures in changes(old, new).items()
            )
    return report


def compare_rows(
    home: Home, before: int, after: int, table: str, is_restricted: bool, limit: int
) -> list[RowChange]:
    """The rows of one table that differ, at most ``limit``, in the open or in the restricted file.

    Raises OperatorError for a table that neither has, and for a file that this user may not read.
    """
    folders = kept_release(home, before), kept_release(home, after)
    (edition,) = (e for e in EDITIONS if e.is_open != is_restricted)
    closed = [
        f / edition.file_name for f in folders if not os.access(f / edition.file_name, os.R_OK)
    ]
    if closed:
        raise OperatorError(
            f"{closed[0]} may not be read by you.",
            "Ask whoever runs the loads, or compare open tables.",
        )
    with two_releases(*folders, edition.file_name) as connection:
        return list_changes(connection, table, limit)
