"""Expected tables: their notation, and when a published value agrees with one."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import math
import operator
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
ANY = "*"  # in an expected cell: the contract leaves it open, so nothing is claimed


def normal_name(name: str | None) -> str | None:
    """The contract's comparison of names: NFKC, without spaces, line breaks and ★▲☆△●."""
    if name is None:
        return None
    return re.sub(r"[\s★▲☆△●]", "", unicodedata.normalize("NFKC", name))


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
