"""The tables with a row per unit and a column per indicator: annexes and monthly results."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import spellings
from cross_layouts import GROUP_NAMES, LAYOUTS, Column, Layout
from story import Change, Return, Story, Unit
from story_tables import ZERO
from workbook_writer import Cell, Sheet

ORDINALS = "一二"
_TENTH = Decimal("0.1")


def cross_table(story: Story, item: Return, changes: Sequence[Change]) -> list[Sheet]:
    """The one sheet of a target table or of a month's results."""
    layout = LAYOUTS[item.layout]
    table = _Table(story, item, layout, changes)
    words = {"m": item.month} if item.form_id == "indicator_report" else {}
    sheet = Sheet(layout.sheet_name.format(**words))
    _write_head(sheet, layout, table, words)
    if layout.total == "top":
        table.write_sum(sheet, layout.total_label, table.units, is_total=True)
    number = 0
    for ordinal, group in zip(ORDINALS, GROUP_NAMES, strict=True):
        members = [unit for unit in table.units if unit.group == group]
        if layout.are_groups_headed and members:
            sheet.append_across(f"{ordinal}、{GROUP_NAMES[group]}", table.width, "text")
        for unit in members:
            number += 1
            table.write_unit(sheet, number, unit)
        if layout.subtotals and members:
            table.write_sum(sheet, "小计", members)
    if layout.total == "bottom":
        table.write_sum(sheet, layout.total_label, table.units, is_total=True)
    for note in layout.notes:
        sheet.append_across(note, table.width, "note")
    return [sheet]


class _Table:
    """The figures of one table: units in the order of the register, those with any figure."""

    def __init__(
        self, story: Story, item: Return, layout: Layout, changes: Sequence[Change]
    ) -> None:
        self.story, self.item, self.layout = story, item, layout
        self.total_changes = {c.field: Decimal(c.value) for c in changes if c.kind == "total"}
        self.is_adjusted = any(
            other.layout == "annex_3" and other.event and item.arrived_at >= other.arrived_at
            for other in story.returns
        )
        self.units = [
            unit
            for unit in story.units
            if unit.is_assessed
            and any(self.figure(unit, column) for column in layout.columns)
        ]  # fmt: skip
        self.width = 2 + len(layout.columns) + bool(layout.remarks)

    def figure(self, unit: Unit, column: Column) -> Decimal | None:
        """What stands in a cell, in 万元 or as a count; None: the unit has no such figure."""
        target = self.story.target(unit.unit_code, column.indicator_id, self.is_adjusted)
        if column.figure == "target":
            return target
        actual = self.story.actual(unit.unit_code, column.indicator_id, self.item.month)
        if column.figure == "actual" or actual is None:
            return actual
        return actual / target * 100 if target else None

    def write_unit(self, sheet: Sheet, number: int, unit: Unit) -> None:
        """Write the row of one unit."""
        name = unit.unit_name if self.layout.names == "name" else unit.alias
        cells = [Cell(number), Cell(name)]
        cells += [self._cell(self.figure(unit, column), column) for column in self.layout.columns]
        if self.layout.remarks:
            cells.append(Cell(dict(self.layout.remarks).get(unit.unit_code), "wrapped"))
        sheet.append(cells)

    def write_sum(
        self, sheet: Sheet, label: str, members: Sequence[Unit], is_total: bool = False
    ) -> None:
        """Write a row of sums; the rate is that of the sums, as every office does it."""
        cells: list[Cell] = [Cell(label, "heading"), Cell(None)]
        for column in self.layout.columns:
            if column.figure == "rate":
                done, due = (
                    self._sum(members, column.indicator_id, figure)
                    for figure in ("actual", "target")
                )
                cells.append(self._cell(done / due * 100, column))
                continue
            total = self._sum(members, column.indicator_id, column.figure)
            if is_total and column.figure != "target":
                total = self.total_changes.get(column.indicator_id, total)
            cells.append(self._cell(total, column))
        cells += [Cell(None)] * bool(self.layout.remarks)
        row = sheet.append(cells)
        sheet.merge(row, 0, row, 1)

    def _sum(self, members: Sequence[Unit], indicator_id: str, figure: str) -> Decimal:
        column = next(
            c
            for c in self.layout.columns
            if (c.indicator_id, c.figure) == (indicator_id, figure)
        )  # fmt: skip
        return sum((self.figure(unit, column) or ZERO for unit in members), ZERO)

    def _cell(self, figure: Decimal | None, column: Column) -> Cell:
        if figure is None:
            return Cell(self.layout.missing)
        if column.unit == "亿元":
            return spellings.yi_number(figure)
        if column.unit == "%":
            return Cell(figure.quantize(_TENTH, ROUND_HALF_UP), "number", "0.0")
        return spellings.number(figure)


def _write_head(sheet: Sheet, layout: Layout, table: _Table, words: dict[str, int]) -> None:
    if layout.lines and layout.lines[0].startswith("附件"):
        sheet.append([Cell(layout.lines[0], "line")])
    sheet.append_across(layout.title.format(**words), table.width, "title")
    for line in layout.lines:
        if not line.startswith("附件"):
            sheet.append([Cell(line, "line")])
    paths = [("序号",), (layout.unit_heading,), *(column.path for column in layout.columns)]
    if layout.remarks:
        paths.append(("备注",))
    write_headings(sheet, [tuple(part.format(**words) for part in path) for path in paths])


def write_headings(sheet: Sheet, paths: Sequence[tuple[str, ...]]) -> None:
    """Write headings of any number of levels: equal ones merged across, short ones merged down."""
    top, depth = sheet.next_row, max(map(len, paths))
    for column, path in enumerate(paths):
        for level, text in enumerate(path):
            above = path[: level + 1]
            if column and paths[column - 1][: level + 1] == above:
                sheet.put(top + level, column, Cell(None, "heading"))
                continue
            last = column
            while last + 1 < len(paths) and paths[last + 1][: level + 1] == above:
                last += 1
            lowest = level if level + 1 < len(path) else depth - 1
            sheet.put(top + level, column, Cell(text, "heading"))
            sheet.merge(top + level, column, top + lowest, last)
        for level in range(len(path), depth):
            sheet.put(top + level, column, Cell(None, "heading"))
