"""The monthly and half-monthly progress reports, laid out by each unit's habits (``progress_layouts``).

A change of the story (``changes.csv``) is applied where it would have happened: in the cell, the
total or the heading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import spellings
from progress_layouts import LAYOUTS, Column, Layout
from story import YEAR, Change, Project, Return, Story
from story_tables import ZERO
from workbook_writer import Cell, DropDown, Merge, Sheet

ORDINALS = "一二三四"
RESUMED_ON = "2019-02-25"
FUNDS_SHARE = Decimal("0.85")


def progress_workbook(story: Story, item: Return, changes: list[Change]) -> list[Sheet]:
    """The sheets of one progress report."""
    layout = LAYOUTS[item.unit_code]
    rows = _Rows(story, item, changes, layout)
    sheet = Sheet(layout.sheet_name.format(period=item.span.words))
    _write_head(sheet, layout, item)
    _write_headings(sheet, layout, rows)
    if layout.totals == "top":
        _write_total(sheet, layout, rows)
    first_data_row = sheet.next_row
    _write_rows(sheet, layout, rows)
    if layout.totals == "bottom":
        _write_total(sheet, layout, rows)
    for line in layout.closing:
        sheet.append_across(line, len(layout.columns), "note")
    return [sheet, *_choices(sheet, layout, first_data_row)]


class _Rows:
    """The projects of one return and their values, with the changes of this file."""

    def __init__(self, story: Story, item: Return, changes: list[Change], layout: Layout) -> None:
        self.story, self.item, self.layout = story, item, layout
        self.cell_changes = {
            (c.project_name, c.field): c.value for c in changes if c.kind == "cell"
        }
        self.total_changes = {c.field: Decimal(c.value) for c in changes if c.kind == "total"}
        self.heading_months = {c.field: int(c.value) for c in changes if c.kind == "heading_month"}
        known = story.projects_known(item.arrived_at)
        own = [project for project in known if project.unit_code == item.unit_code]
        self.projects = [project for project in own if story.is_reported(project, item.month)]

    def amount(self, project: Project, field: str) -> Decimal:
        changed = self.cell_changes.get((project.project_name, field))
        if changed is not None:
            return Decimal(changed)
        span, story = self.item.span, self.story
        amounts = {
            "investment_month_wanyuan": story.month_amount,
            "investment_ytd_wanyuan": story.ytd,
            "investment_cumulative_wanyuan": story.cumulative,
        }
        if field == "funds_in_place_wanyuan":
            return Decimal(int(story.ytd(project, span) * FUNDS_SHARE))
        return amounts[field](project, span)

    def total(self, field: str) -> Decimal:
        total = sum((self.amount(project, field) for project in self.projects), ZERO)
        return self.total_changes.get(field, total)

    def cell(self, project: Project, number: int, column: Column) -> Cell:
        if column.field.endswith("_wanyuan"):
            return spellings.MONEY[column.money](self.amount(project, column.field))
        if column.field in ("actual_start", "actual_completion", "production_date", "resumed_on"):
            return self._date(project, column.field)
        return self._text(project, number, column.field)

    def _date(self, project: Project, field: str) -> Cell:
        if field == "resumed_on":
            date = RESUMED_ON if project.nature == "续建" and self.item.month > 1 else ""
        else:
            recorded = field.replace("actual_", "reported_")
            date = self.story.date_by(project, recorded, self.item.span)
        if not date:
            return Cell(self.layout.no_date or None)
        spelled = self.layout.dates[self.item.month % len(self.layout.dates)]
        return spellings.date(date, spelled)

    def _text(self, project: Project, number: int, field: str) -> Cell:
        story, month, span = self.story, self.item.month, self.item.span
        texts: dict[str, Callable[[], str]] = {
            "project_code": lambda: project.project_code,
            "project_name": lambda: self.layout.name(project),
            "physical_progress": lambda: story.progress_text(project, span),
            "is_in_statistics": lambda: "是" if story.is_in_statistics(project, span) else "否",
            "problems": lambda: story.problem(project, month, "problem"),
            "next_steps": lambda: story.problem(project, month, "next_step"),
            "remarks": lambda: "" if project.project_code else "项目代码办理中",
        }
        return Cell(number) if field == "sequence_no" else Cell(texts[field]() or None, "wrapped")


def _write_head(sheet: Sheet, layout: Layout, item: Return) -> None:
    span = item.span
    sent = item.arrived_at[:10].split("-")
    is_half = span.is_first_half
    words = {
        "y": YEAR,
        "period": span.words,
        "spoken": span.words if is_half else f"{span.words}份",
        "range": span.words if is_half or span.month == 1 else f"1-{span.words}",
        "sent": f"{sent[0]}年{int(sent[1])}月{int(sent[2])}日",
    }
    if layout.attachment:
        sheet.append([Cell(layout.attachment, "line")])
    sheet.append_across(layout.title.format(**words), len(layout.columns), "title")
    if layout.above:
        row = sheet.next_row
        step = max(3, len(layout.columns) // len(layout.above))
        for place, line in enumerate(layout.above):
            sheet.put(
                row, min(place * step, len(layout.columns) - 1), Cell(line.format(**words), "line")
            )


def _write_headings(sheet: Sheet, layout: Layout, rows: _Rows) -> None:
    months = [rows.heading_months.get(column.field, rows.item.month) for column in layout.columns]
    headings = [
        column.heading_in(month) for column, month in zip(layout.columns, months, strict=True)
    ]
    write_headings(sheet, headings, [column.group for column in layout.columns])
    if layout.column_numbers:
        sheet.append([Cell(number, "heading") for number in range(1, len(headings) + 1)])


def write_headings(sheet: Sheet, headings: Sequence[str], groups: Sequence[str]) -> None:
    """Write one heading row, or two merged ones where a column has a heading above it."""
    if not any(groups):
        sheet.append([Cell(heading, "heading") for heading in headings])
        return
    top = sheet.next_row
    for column, (heading, group) in enumerate(zip(headings, groups, strict=True)):
        if group:
            opens = column == 0 or groups[column - 1] != group
            sheet.put(top, column, Cell(group if opens else None, "heading"))
            sheet.put(top + 1, column, Cell(heading, "heading"))
            if opens:
                width = next(
                    (i for i, g in enumerate(groups[column:]) if g != group), len(groups) - column
                )
                sheet.merge(top, column, top, column + width - 1)
        else:
            sheet.put(top, column, Cell(heading, "heading"))
            sheet.put(top + 1, column, Cell(None, "heading"))
            sheet.merge(top, column, top + 1, column)


def _write_rows(sheet: Sheet, layout: Layout, rows: _Rows) -> None:
    groups = sorted({project.group for project in rows.projects})
    number = 0
    for ordinal, group in zip(ORDINALS, groups, strict=False):
        members = [project for project in rows.projects if project.group == group]
        if layout.categories:
            name = rows.story.groups[group]["group_name"]
            sheet.append_across(
                f"{ordinal}、{name}（{len(members)}个）", len(layout.columns), "text"
            )
        for project in members:
            number += 1
            sheet.append([rows.cell(project, number, column) for column in layout.columns])


def _write_total(sheet: Sheet, layout: Layout, rows: _Rows) -> None:
    cells = [Cell(layout.total_label, "heading")]
    for column in layout.columns[1:]:
        is_money = column.field.endswith("_wanyuan")
        cells.append(
            spellings.MONEY[column.money](rows.total(column.field)) if is_money else Cell(None)
        )
    row = sheet.append(cells)
    first_money = next(
        i for i, column in enumerate(layout.columns) if column.field.endswith("_wanyuan")
    )
    sheet.merge(row, 0, row, first_money - 1)


def _choices(sheet: Sheet, layout: Layout, first_row: int) -> list[Sheet]:
    """The hidden sheet with the choices of the drop-down, where the layout has one."""
    if not layout.choices:
        return []
    column = next(
        i for i, column in enumerate(layout.columns) if column.field == "is_in_statistics"
    )
    over = Merge(first_row, column, sheet.next_row - 1, column)
    hidden = Sheet("下拉选项", hidden=True)
    for choice in layout.choices:
        hidden.append([Cell(choice)])
    sheet.drop_downs.append(DropDown(over, hidden.name, len(layout.choices)))
    return [hidden]
