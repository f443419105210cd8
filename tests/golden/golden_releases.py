"""The published files of a home, read as their readers see them."""

from __future__ import annotations

from pathlib import Path

import duckdb
from golden_scenarios import Return
from golden_tables import normal_name


class Release:
    """The published files of one home, read-only: of its last release, or of an earlier one by its folder."""

    def __init__(self, home: Path, returns: list[Return], folder: Path | None = None) -> None:
        self.home = home
        self.returns = returns
        files = folder or home / "published"
        self.connections = {
            name: duckdb.connect(str(files / f"{name}.duckdb"), read_only=True)
            for name in ("reporting", "statistics")
        }
        for connection in self.connections.values():
            connection.execute("set TimeZone = 'Asia/Shanghai'")
        self._projects: dict[str, str] | None = None
        self._labels: dict[str, str] | None = None

    def tables(self, release: str) -> set[str]:
        sql = "select table_name from information_schema.tables where table_schema = 'marts'"
        return {name for (name,) in self.connections[release].execute(sql).fetchall()}

    def rows(self, table: str, release: str = "reporting") -> tuple[dict[str, str], list[dict]]:
        """Columns with their types, and the rows."""
        cursor = self.connections[release].execute(f'select * from marts."{table}"')
        types = {column[0]: str(column[1]).upper() for column in cursor.description}
        return types, [dict(zip(types, row, strict=True)) for row in cursor.fetchall()]

    def projects(self) -> dict[str, str]:
        """project_key → normalised name."""
        if self._projects is None:
            _, rows = self.rows("dim_project")
            self._projects = {row["project_key"]: normal_name(row["project_name"]) for row in rows}
        return self._projects

    def labels(self) -> dict[str, str]:
        """receipt_id → unit_code/file name, by unit and bytes, and by the name where bytes came twice."""
        if self._labels is None:
            self._labels = {}
            rows = self.rows("fct_submissions")[1] + self.rows("fct_submissions", "statistics")[1]
            for row in rows:
                same = [
                    r
                    for r in self.returns
                    if (r.unit, r.sha256) == (row["unit_code"], row["sha256"])
                ]
                name = Path(row.get("file_name") or "").name
                named = [r for r in same if Path(r.name).name == name]
                if len(same) == 1 or named:
                    self._labels[row["receipt_id"]] = (named or same)[0].label
        return self._labels

    def label(self, receipt_id: object) -> object:
        return (
            self.labels().get(receipt_id, f"unknown receipt {receipt_id}") if receipt_id else None
        )

    def shown(self, column: str, row: dict) -> object:
        """The found value of an expected column; `project` and `receipt` are read through their keys."""
        if column == "project":
            return self.projects().get(row["project_key"], row["project_key"])
        if column == "receipt":
            return self.label(row["receipt_id"])
        if column in ("receipt_id", "superseded_by"):
            return self.label(row[column])
        if column == "file_name" and row[column] is not None:
            return Path(row[column]).name
        return row[column]
