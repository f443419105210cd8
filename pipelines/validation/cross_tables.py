"""What a cross-table's own figures tell: units nobody registered, rows twice, parts larger than their whole.

Noted as problems of single cells beside those noted while reading; how much each of them matters stands in
``expectations/``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pipelines.declarations.forms import Form
from pipelines.matching import nearest
from pipelines.text import name_key
from pipelines.wording import plain_number
from pipelines.workbooks.readings import CellProblem, ReadRow, ReadTable
from pipelines.workbooks.returns import ReadingContext

CROSS_TABLE_PROBLEMS = (
    "unit_clash", "unit_unregistered", "unit_repeated", "above_parent", "percent_fraction",
)  # fmt: skip
_ALIKE = 0.5
_UNITS_OF = {"money": "万元或亿元", "count": "个", "percent": "%"}


@dataclass
class UnitRows:
    """Judges the rows of cross-tables one after the other; remembers which unit had which indicator."""

    form: Form
    context: ReadingContext
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def problems_of(self, receipt_id: str, table: ReadTable, row: ReadRow) -> list[CellProblem]:
        """The problems of one row; rows come in the order of the return."""
        return [
            *self._unit_problems(receipt_id, table, row),
            *self._above_parent(table, row),
            *self._fractions(table, row),
        ]

    def _unit_problems(
        self, receipt_id: str, table: ReadTable, row: ReadRow
    ) -> Iterator[CellProblem]:
        name = self.form.name_field.name
        column = table.block.column_of(name)
        if column is None or row.values.get(name) is None:
            return
        written, key = str(row.values[name]), str(row.values[f"{name}_key"])
        code = self.context.units.get(key)
        if code is None and self.context.units:
            yield CellProblem(
                "unit_unregistered", column.number, name, written, self._proposal(key)
            )
        unit = code or key
        shown = [
            (receipt_id, unit, f.name)
            for f in self.form.figures
            if f.name in table.block.known_fields
        ]
        if any(entry in self.seen for entry in shown):
            official = self.context.unit_names.get(unit, unit)
            yield CellProblem("unit_repeated", column.number, name, written, official)
        self.seen.update(shown)

    def _proposal(self, key: str) -> str:
        names = {name_key(name): name for name in self.context.unit_names.values()}
        found = nearest(key, self.context.units)
        if found is None or found[1] < _ALIKE:
            return "登记的单位里没有相近的名称"
        official = self.context.unit_names[self.context.units[found[0]]]
        return f"登记的单位里最接近的是“{names.get(found[0], official)}”"

    def _above_parent(self, table: ReadTable, row: ReadRow) -> Iterator[CellProblem]:
        for indicator in self.form.indicators:
            part = _amount(row, indicator.indicator_id)
            whole = _amount(row, indicator.parent_indicator_id)
            column = table.block.column_of(indicator.indicator_id)
            if part is None or whole is None or column is None or part <= whole:
                continue
            parent = self.form.by_name[indicator.parent_indicator_id or ""]
            if parent.kind != self.form.by_name[indicator.indicator_id].kind:
                continue
            yield _about(table, row, indicator.indicator_id, "above_parent",
                f"不超过“{parent.label}”的 {plain_number(whole)}")  # fmt: skip

    def _fractions(self, table: ReadTable, row: ReadRow) -> Iterator[CellProblem]:
        for percentage in self.form.of_kind("percent"):
            column = table.block.column_of(percentage.name)
            amount = _amount(row, percentage.name)
            if column is None or amount is None or not 0 < abs(amount) <= 1:
                continue
            if isinstance(table.sheet.at(row.row, column.number), float | int):
                yield _about(
                    table,
                    row,
                    percentage.name,
                    "percent_fraction",
                    f"{plain_number(amount * 100)}%",
                )


def _about(table: ReadTable, row: ReadRow, name: str, code: str, expected: str) -> CellProblem:
    column = table.block.column_of(name)
    number = column.number if column is not None else 0
    return CellProblem(code, number, name, table.sheet.text(row.row, number), expected)


def _amount(row: ReadRow, name: str | None) -> Decimal | None:
    amount: Any = row.values.get(name) if name is not None else None
    return amount if isinstance(amount, Decimal) else None


def problems_of_rows(
    form: Form, rows: Sequence[tuple[str, ReadTable, ReadRow]], context: ReadingContext
) -> list[tuple[CellProblem, ...]]:
    """The problems of every row: those noted while reading, and of a cross-table those of its figures."""
    if not form.is_cross_table:
        return [row.problems for _, _, row in rows]
    judged = UnitRows(form, context)
    kinds = {field.name: field.kind for field in form.figures}
    return [
        (
            *(
                replace(problem, expected=_UNITS_OF[kinds[problem.field or ""]])
                if problem.code == "unit_clash"
                else problem
                for problem in row.problems
            ),
            *judged.problems_of(receipt_id, table, row),
        )
        for receipt_id, table, row in rows
    ]
