"""Golden scenarios: readable grids in, published rows out.

This module writes the returns of a scenario as real workbooks, makes a home by hand, runs `taizhang load`
as a person would, and compares what was published with what the contract promises. It knows the contract
only: nothing of `pipelines/` or `dbt_project/` is imported, read or assumed. README.md explains the notation.
"""

from __future__ import annotations

import ast
import csv
import datetime as dt
import hashlib
import io
import json
import math
import operator
import os
import re
import subprocess
import sys
import tomllib
import unicodedata
import zipfile
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
ZONE = ZoneInfo("Asia/Shanghai")
ANY = "*"  # in an expected cell: the contract leaves it open, so nothing is claimed

# --------------------------------------------------------------------------------------------------------
# Grids: one CSV per sheet, exactly the cells as the clerk sees them
# --------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")


@dataclass(frozen=True)
class Cell:
    kind: str  # number | text | date | formula | error
    value: object
    cached: Decimal | None = None  # a formula's stored result; None = never calculated


def parse_cell(written: str) -> Cell | None:
    """One grid cell: `12` number · `'12` text · `d:2025-03-05` date · `=A1+B1` formula without a stored value ·
    `=A1+B1 -> 12` formula with one · `#REF!` error · `⏎` a line break · blank = no cell."""
    if written == "":
        return None
    text = written.replace("⏎", "\n")
    if text.startswith("'"):
        return Cell("text", text[1:])
    if text.startswith("d:"):
        return Cell("date", dt.date.fromisoformat(text[2:]))
    if text.startswith("="):
        formula, _, cached = text.partition(" -> ")
        return Cell("formula", formula, Decimal(cached) if cached else None)
    if text in ERRORS:
        return Cell("error", text)
    if NUMBER.fullmatch(text):
        return Cell("number", float(text) if "." in text else int(text))
    return Cell("text", text)


def address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def row_and_column(cell: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


@dataclass
class Sheet:
    name: str
    cells: dict[tuple[int, int], Cell]
    merges: list[str] = field(default_factory=list)
    hidden: bool = False
    lists: dict[str, str] = field(default_factory=dict)  # range → drop-down list formula


def read_grid(
    path: Path, words: dict[str, str], changes: dict[str, str]
) -> dict[tuple[int, int], Cell]:
    """The grid's cells, with {words} filled in and the cells named in `changes` written over."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    written = {(r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)}
    written |= {row_and_column(cell): text for cell, text in changes.items()}
    cells = {}
    for place, text in written.items():
        for word, meaning in words.items():
            text = text.replace("{" + word + "}", meaning)
        if (cell := parse_cell(text)) is not None:
            cells[place] = cell
    return cells


def corners(merge: str) -> tuple[int, int, int, int]:
    first, last = merge.split(":")
    (top, left), (bottom, right) = row_and_column(first), row_and_column(last)
    return top, left, bottom, right


def write_xlsx(sheets: list[Sheet]) -> bytes:
    """A workbook whose bytes depend on its cells only (no clock), so that equal grids are equal files."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    workbook.remove(workbook.active)
    stored: list[tuple[int, str, Decimal]] = []
    for number, sheet in enumerate(sheets, 1):
        page = workbook.create_sheet(sheet.name)
        for (row, column), cell in sorted(sheet.cells.items()):
            target = page.cell(row, column)
            target.value = cell.value
            if cell.kind == "text":
                target.data_type = "s"
            elif cell.kind == "date":
                target.number_format = "yyyy-mm-dd"
            if cell.cached is not None:
                stored.append((number, address(row, column), cell.cached))
        for merge in sheet.merges:
            page.merge_cells(merge)
        for where, formula in sheet.lists.items():
            rule = DataValidation(type="list", formula1=formula, allow_blank=True)
            rule.add(where)
            page.add_data_validation(rule)
        if sheet.hidden:
            page.sheet_state = "hidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _settle_zip(buffer.getvalue(), stored)


def _settle_zip(data: bytes, stored: list[tuple[int, str, Decimal]]) -> bytes:
    """Fixes the timestamps openpyxl writes, and stores results of formulas, which openpyxl cannot."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for item in source.infolist():
            body = source.read(item)
            if item.filename == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-01-01T00:00:00Z", body)
            for number, cell, value in stored:
                if item.filename == f"xl/worksheets/sheet{number}.xml":
                    pattern = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/>|(<c r="{cell}"[^>]*><f>[^<]*</f>)<v></v>'
                    text, hits = re.subn(
                        pattern,
                        lambda m, v=value: f"{m[1] or m[2]}<v>{v}</v>",
                        body.decode("utf-8"),
                    )
                    assert hits == 1, f"formula {cell} not found in {item.filename}"
                    body = text.encode("utf-8")
            settled = zipfile.ZipInfo(item.filename, (2025, 1, 1, 0, 0, 0))
            settled.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(settled, body)
    return out.getvalue()


def an_ole_file_with(stream: str) -> bytes:
    """The beginning of an OLE compound file, and a directory entry that names a stream."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return header + stream.encode("utf-16-le").ljust(128, b"\0") + b"\0" * 3456


def write_xls(sheets: list[Sheet]) -> bytes:
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    plain, day = xlwt.XFStyle(), xlwt.XFStyle()
    day.num_format_str = "yyyy-mm-dd"
    for sheet in sheets:
        page = workbook.add_sheet(sheet.name, cell_overwrite_ok=True)
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind in ("formula", "error"):
                raise ValueError(
                    f"{address(row, column)}: formulas and errors are written to .xlsx only"
                )
            value = cell.value
            if cell.kind == "date":
                value = dt.datetime(value.year, value.month, value.day)
            page.write(row - 1, column - 1, value, day if cell.kind == "date" else plain)
        for merge in sheet.merges:
            top, left, bottom, right = corners(merge)
            corner = sheet.cells.get((top, left))
            page.write_merge(
                top - 1, bottom - 1, left - 1, right - 1, corner.value if corner else "", plain
            )
        if sheet.hidden:
            page.visibility = 1
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


# --------------------------------------------------------------------------------------------------------
# Scenarios and homes
# --------------------------------------------------------------------------------------------------------


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


class Scenario:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.declared = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
        with (folder / "config" / "units.csv").open(encoding="utf-8", newline="") as handle:
            self.unit_names = {row["unit_code"]: row["unit_name"] for row in csv.DictReader(handle)}
        self.loads = tuple(
            Load(load["now"], tuple(self._return(entry, load) for entry in load.get("file", [])))
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

    def table(self, name: str, release: str = "reporting") -> ExpectedTable | None:
        folder = self.folder / "expected" / ("statistics" if release == "statistics" else "")
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


@dataclass
class LoadResult:
    exit_code: int
    stdout: str
    stderr: str

    def describe(self) -> str:
        return f"exit {self.exit_code}\n--- stdout\n{self.stdout[-3000:]}\n--- stderr\n{self.stderr[-5000:]}"


def taizhang() -> Path:
    return Path(sys.executable).parent / "taizhang"


def run_load(home: Path, now: str) -> LoadResult:
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("TAIZHANG_")
    }
    done = subprocess.run(
        [str(taizhang()), "load", "--home", str(home), "--now", now, "--json"],
        capture_output=True, text=True, timeout=900, cwd=REPOSITORY, env=environment, check=False,
    )  # fmt: skip
    return LoadResult(done.returncode, done.stdout, done.stderr)


def finish_load(home: Path, now: str) -> LoadResult:
    """A load that must finish; otherwise the test fails with all that the command said."""
    if not taizhang().exists():
        pytest.fail(f"{taizhang()} is not installed: run `make setup`", pytrace=False)
    result = run_load(home, now)
    if result.exit_code != 0:
        pytest.fail(
            f"`taizhang load --home {home} --now {now} --json`: {result.describe()}", pytrace=False
        )
    return result


# --------------------------------------------------------------------------------------------------------
# What was published
# --------------------------------------------------------------------------------------------------------


def normal_name(name: str | None) -> str | None:
    """The contract's comparison of names: NFKC, without spaces, line breaks and ★▲☆△●."""
    if name is None:
        return None
    return re.sub(r"[\s★▲☆△●]", "", unicodedata.normalize("NFKC", name))


class Release:
    """The published files of one home, read-only."""

    def __init__(self, home: Path, returns: list[Return]) -> None:
        self.home = home
        self.returns = returns
        self.connections = {
            name: duckdb.connect(str(home / "published" / f"{name}.duckdb"), read_only=True)
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


# --------------------------------------------------------------------------------------------------------
# Expected tables and the comparison
# --------------------------------------------------------------------------------------------------------


class ExpectedTable:
    """`expected/<table>.csv`: key columns end in *, cells are values, `NULL`, `*` (open), `a|b` (either),
    or for numbers arithmetic such as `(900.5/6000 - 2/12)*100`."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as handle:
            head, *body = [row for row in csv.reader(handle) if row and not row[0].startswith("##")]
        self.path = path
        self.keys = [name[:-1] for name in head if name.endswith("*")]
        self.columns = [name.rstrip("*") for name in head]
        for row in body:
            assert len(row) == len(head), (
                f"{path}: {len(row)} cells under {len(head)} headings: {row}"
            )
        self.rows = [dict(zip(self.columns, row, strict=True)) for row in body]

    @property
    def values(self) -> list[str]:
        return [column for column in self.columns if column not in self.keys]


OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.USub: operator.neg,
}  # fmt: skip


def arithmetic(text: str) -> Decimal:
    def value(node: ast.expr) -> Decimal:
        if isinstance(node, ast.Constant):
            return Decimal(ast.get_source_segment(text, node))
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp):
            return OPERATORS[type(node.op)](value(node.operand))
        raise ValueError(f"not arithmetic: {text}")

    return value(ast.parse(text, mode="eval").body)


def is_numeric(kind: str) -> bool:
    return any(word in kind for word in ("INT", "DECIMAL", "DOUBLE", "FLOAT", "NUMERIC", "NUMBER"))


def as_text(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        moment = value.astimezone(ZONE).replace(tzinfo=None) if value.tzinfo else value
        return moment.isoformat() if moment.time() != dt.time() else moment.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


NAMES = ("project", "project_name", "owner_name", "unit_name")


def agrees(column: str, expected: str, found: object, kind: str) -> bool:
    if expected == ANY:
        return True
    if expected == "NOT NULL":
        return found is not None
    if expected == "NULL" or found is None:
        return found is None and expected in ("NULL", "")
    if is_numeric(kind) and not isinstance(found, str):
        if "|" in expected:
            return any(agrees(column, one, found, kind) for one in expected.split("|"))
        wanted = arithmetic(expected)
        if isinstance(found, float):
            return math.isclose(found, float(wanted), rel_tol=1e-12, abs_tol=1e-9)
        return Decimal(found) == wanted.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    options = expected.split("|")
    if column in NAMES:
        return normal_name(str(found)) in [normal_name(option) for option in options]
    return as_text(found) in options


def key_of(table: ExpectedTable, row: dict) -> str:
    return " · ".join(f"{row[column]}" for column in table.keys)


def compare(
    scenario_name: str,
    table_name: str,
    expected: ExpectedTable,
    release: Release,
    where: str,
    open_rows: list[dict],
) -> list[str]:
    """Differences, one per line: scenario, table, key, column, expected, found."""
    types, found_rows = release.rows(table_name, where)
    label = f"{scenario_name} | {where}.{table_name}"
    absent = [
        c for c in expected.columns
        if {"project": "project_key", "receipt": "receipt_id"}.get(c, c) not in types
    ]  # fmt: skip
    if absent:
        return [
            f"{label} | promised columns that are not there: {', '.join(absent)}; found {', '.join(types)}"
        ]

    def found_key(row: dict) -> tuple[str, ...]:
        parts = []
        for column in expected.keys:
            text = as_text(release.shown(column, row))
            parts.append(normal_name(text) if column in NAMES else text)
        return tuple(parts)

    by_key: dict[tuple, list[dict]] = {}
    for row in found_rows:
        by_key.setdefault(found_key(row), []).append(row)
    problems = []
    wanted_keys = set()
    for row in expected.rows:
        key = tuple(normal_name(row[c]) if c in NAMES else row[c] for c in expected.keys)
        wanted_keys.add(key)
        candidates = by_key.get(key, [])
        if len(candidates) != 1:
            problems.append(
                f"{label} | {key_of(expected, row)} | expected one row, found {len(candidates)}"
            )
            continue
        for column in expected.values:
            found = release.shown(column, candidates[0])
            if not agrees(column, row[column], found, types.get(column, "VARCHAR")):
                problems.append(
                    f"{label} | {key_of(expected, row)} | {column} | expected {row[column]} | found {as_text(found)}"
                )
    for key, rows in by_key.items():
        for row in rows if key not in wanted_keys else []:
            allowed = any(
                all(agrees(c, str(v), release.shown(c, row), types.get(c, "VARCHAR")) for c, v in rule["where"].items())
                for rule in open_rows if rule["table"] == table_name
            )  # fmt: skip
            if not allowed:
                shown = {c: as_text(release.shown(c, row)) for c in expected.values}
                problems.append(
                    f"{label} | {' · '.join(map(str, key))} | a row that should not be there | {shown}"
                )
    return problems


SERIOUS = ("error", "warning")


def compare_findings(
    scenario_name: str, expected: ExpectedTable, release: Release, where: str, receipts: set[str]
) -> list[str]:
    """Every expected finding is there (rule ids and wording are the builder's); a return that the expected
    table does not name has none. `receipts` are the returns whose findings belong in this release.
    A line whose severity is `none` says that the return has nothing at that cell."""
    types, rows = release.rows("fct_findings", where)
    found: dict[str, list[dict]] = {}
    for row in rows:
        if row["severity"] in SERIOUS:
            found.setdefault(str(release.label(row["receipt_id"])), []).append(row)
    label = f"{scenario_name} | {where}.fct_findings"

    def shown(receipt: str) -> str:
        lines = [
            f"    {r['severity']} {r['rule_id']} {r['sheet']}!{r['cell']} {r['field']}: {r['message']}"
            for r in found.get(receipt, [])
        ]
        return "\n".join(lines) or "    (none)"

    problems = []
    named = set()
    for row in expected.rows:
        options = row["receipt"].split("|")
        named |= set(options)
        columns = [c for c in expected.columns if c not in ("receipt", "why") and row[c] != ANY]
        candidates = [r for option in options for r in found.get(option, [])]
        if row["severity"] == "open":  # the contract leaves open whether this return has findings
            continue
        if row["severity"] == "none":
            columns.remove("severity")
            hits = [
                r for r in candidates if all(agrees(c, row[c], r[c], types[c]) for c in columns)
            ]
            if hits:
                problems.append(f"{label} | {row['receipt']} | nothing is wrong at {row['cell']} ({row['why']}) | found\n"
                                + shown(options[0]))  # fmt: skip
            continue
        if not any(all(agrees(c, row[c], r[c], types[c]) for c in columns) for r in candidates):
            wanted = {c: row[c] for c in columns}
            listing = "\n".join(shown(option) for option in options)
            problems.append(
                f"{label} | {row['receipt']} | {row['why']} | expected {wanted} | found\n{listing}"
            )
    for receipt in sorted(set(found) - named):
        kind = "a return without a fault" if receipt in receipts else "a return of another release"
        problems.append(f"{label} | {receipt} | {kind} has findings:\n{shown(receipt)}")
    return problems
