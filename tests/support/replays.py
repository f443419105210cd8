"""Bundled districts, replayed through the command line: what every profile's tests need."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

REPOSITORY = Path(__file__).resolve().parents[2]
DISTRICTS = REPOSITORY / "sources" / "districts"


def taizhang(*arguments: object, **how: object) -> subprocess.CompletedProcess[str]:
    """Run the console command as a person would, without the environment of this session."""
    command = Path(sys.executable).with_name("taizhang")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAIZHANG_")}
    return subprocess.run(
        [str(command), *map(str, arguments)],
        capture_output=True, text=True, timeout=900, cwd=REPOSITORY, env=environment, check=False,
        **how,
    )  # fmt: skip


def profile_table(profile: str, name: str) -> list[dict[str, str]]:
    """A table of a profile, by its path inside the profile."""
    text = (DISTRICTS / profile / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), strict=True))


@dataclass(frozen=True)
class Replay:
    """A replayed home with what the command printed."""

    home: Path
    printed: str

    def ask(self, sql: str, *values: object, release: str = "reporting") -> list[tuple]:
        path = self.home / "published" / f"{release}.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of the open release by column name."""
        with duckdb.connect(
            str(self.home / "published" / "reporting.duckdb"), read_only=True
        ) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tables(self, release: str = "reporting") -> dict[str, list[tuple]]:
        """Every published table with all its rows, in one order."""
        names = "select table_name from duckdb_tables() where schema_name = 'marts'"
        return {
            name: self.ask(f"from marts.{name} order by all", release=release)
            for (name,) in self.ask(names, release=release)
        }


def replay(profile: str, folder: Path) -> Replay:
    """Replay a profile's year into a folder; the test fails with what was printed if it does not."""
    done = taizhang("replay", "--profile", profile, "--into", folder)
    if done.returncode:
        pytest.fail(
            f"taizhang replay: exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}",
            pytrace=False,
        )
    return Replay(folder / profile, done.stdout)


def rebuilt(profile: str, folder: Path) -> Path:
    """The samples of a profile, built anew from its story below a folder."""
    script = DISTRICTS / profile / "build_samples.py"
    command = [sys.executable, str(script), "--output", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def assert_rebuilt_alike(profile: str, folder: Path) -> None:
    """The committed samples of a profile are what its story builds: workbooks by their cells, the rest byte for byte."""
    home = DISTRICTS / profile
    rebuilt(profile, folder)
    committed = {p.relative_to(home) for p in (home / "samples").rglob("*") if p.is_file()}
    assert committed == {p.relative_to(folder) for p in folder.rglob("*") if p.is_file()}
    for path in committed:
        # What a file holds tells whether it is a workbook: one of the stories sends a text named .xls.
        if (home / path).read_bytes().startswith((b"PK", b"\xd0\xcf")):
            assert workbook_cells(home / path) == workbook_cells(folder / path), path
        else:
            assert (home / path).read_bytes() == (folder / path).read_bytes(), path


def one(replayed: Replay, sql: str) -> Any:
    """The single value a question gives."""
    ((value,),) = replayed.ask(sql)
    return value


def workbook_cells(path: Path) -> list[tuple[object, ...]]:
    """Every sheet of a workbook: its name, visibility, merges and values."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return [
        (
            meta.name,
            str(meta.visible),
            sheet.merged_cell_ranges,
            sheet.to_python(skip_empty_area=False),
        )
        for meta, sheet in zip(book.sheets_metadata, sheets, strict=True)
    ]
