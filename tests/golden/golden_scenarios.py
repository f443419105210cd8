"""A story: which files arrive when, the district's own tables, and what must be published afterwards.

It knows the contract only: nothing of `pipelines/` or `dbt_project/` is imported, read or assumed.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from golden_tables import ZONE, ExpectedTable
from golden_workbooks import Sheet, an_ole_file_with, read_grid, write_xls, write_xlsx

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Return:
    """One file that arrives: `label` is unit_code/file name, the way the expected tables point at it."""

    label: str
    unit: str
    name: str
    data: bytes
    mtime: dt.datetime

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Load:
    now: str
    returns: tuple[Return, ...]
    answers_only: bool


class Scenario:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.declared = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
        with (folder / "config" / "units.csv").open(encoding="utf-8", newline="") as handle:
            self.unit_names = {row["unit_code"]: row["unit_name"] for row in csv.DictReader(handle)}
        self.loads = tuple(
            Load(
                load["now"],
                tuple(self._return(entry, load) for entry in load.get("file", [])),
                load.get("answers_only", False),
            )
            for load in self.declared["load"]
        )
        labels = [entry.label for load in self.loads for entry in load.returns]
        assert len(labels) == len(set(labels)), f"{self.name}: two files of one name in one unit"

    def _return(self, entry: dict, load: dict) -> Return:
        inbox, unit, *rest = Path(entry["path"]).parts
        assert inbox == "inbox" and rest, entry["path"]
        mtime = dt.datetime.fromisoformat(str(entry.get("mtime") or load["mtime"])).replace(
            tzinfo=ZONE
        )
        return Return(f"{unit}/{rest[-1]}", unit, "/".join(rest), self._bytes(entry, unit), mtime)

    def _bytes(self, entry: dict, unit: str) -> bytes:
        if "ole_stream" in entry:
            return an_ole_file_with(entry["ole_stream"])
        if "text" in entry:
            return entry["text"].encode("utf-8")
        sheets = entry.get("sheets") or [entry]
        words = {"name": self.unit_names.get(unit, unit)} | entry.get("words", {})
        made = [
            Sheet(
                name=sheet.get("name", "Sheet1"),
                cells=read_grid(
                    self.folder / "returns" / sheet["grid"], words, sheet.get("set", {})
                ),
                merges=sheet.get("merges", []),
                hidden=sheet.get("hidden", False),
                lists=sheet.get("lists", {}),
            )
            for sheet in sheets
        ]
        data = write_xls(made) if entry["path"].endswith(".xls") else write_xlsx(made)
        return data[: int(len(data) * entry["keep"])] if "keep" in entry else data

    def make_home(self, home: Path) -> None:
        district, policy = self.declared["district"], self.declared.get("policy", {})
        home.mkdir(parents=True, mode=0o700)
        lines = ["[district]"] + [
            f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in district.items()
        ]
        lines += ["", "[policy]"] + [
            f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in policy.items()
        ]
        (home / "taizhang.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (home / "config").mkdir()
        for table in sorted((self.folder / "config").glob("*.csv")):
            (home / "config" / table.name).write_bytes(table.read_bytes())
        for unit in self.unit_names:
            (home / "inbox" / unit).mkdir(parents=True)

    def drop(
        self,
        home: Path,
        load: Load,
        *,
        backwards: bool = False,
        prefix: dict[str, str] | None = None,
    ) -> None:
        """Puts a load's files into the inbox; `backwards` and `prefix` (label → put before the name) change
        the order in which they are created and sorted, and nothing that they say."""
        for entry in reversed(load.returns) if backwards else load.returns:
            name = (prefix or {}).get(entry.label, "") + entry.name
            path = home / "inbox" / entry.unit / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.data)
            os.utime(path, (entry.mtime.timestamp(),) * 2)

    def table(
        self, name: str, release: str = "reporting", expected: str = "expected"
    ) -> ExpectedTable | None:
        folder = self.folder / expected / ("statistics" if release == "statistics" else "")
        path = folder / f"{name}.csv"
        return ExpectedTable(path) if path.exists() else None

    def expected_tables(self) -> list[tuple[str, str]]:
        """(release, table) of every expected file."""
        reporting = [
            ("reporting", p.stem) for p in sorted((self.folder / "expected").glob("*.csv"))
        ]
        return reporting + [
            ("statistics", p.stem)
            for p in sorted((self.folder / "expected/statistics").glob("*.csv"))
        ]


def scenario(name: str) -> Scenario:
    return Scenario(HERE / name)


def scenario_names() -> list[str]:
    return sorted(path.parent.name for path in HERE.glob("*/scenario.toml"))
