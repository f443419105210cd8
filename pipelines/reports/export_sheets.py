"""How an exported table looks: its headings and number formats, its source line, and the sheet that explains its columns.

Which rows are exported is the business of ``exports``, how a workbook is written that of ``feedback.long_sheets``.
"""

import re
from collections.abc import Sequence

from pipelines.feedback.long_sheets import LongColumn, LongSheet, LongValue, shown_width
from pipelines.feedback.sheet_plans import CellStyle, SheetLook, SheetPlan
from pipelines.release.labels import column_label, heading, in_both_languages
from pipelines.reports.readable_tables import Column, PublishedTable, is_for_programs

GUIDE_SHEET = "说明"
_ONE_LINE, _WIDEST = (
    24.0,
    40.0,
)  # texts up to the one are not broken, no column is wider than the other
_NAMED_WITHIN = 6
_NAMING = frozenset({"period", "unit_name", "project_name"})
_RATE = re.compile(r"(?:^|_)rate(?:_|$)|^share_of_")


def table_sheet(
    table: PublishedTable, source: str, first: Sequence[Sequence[LongValue]]
) -> LongSheet:
    """The frame of the first sheet; the ``first`` rows decide how wide the columns are."""
    mark = "【受限】" if table.is_restricted else ""
    columns = []
    for number, column in enumerate(table.columns):
        # The unit on a line of its own, as in printed tables.
        label = column_label(table.name, column.name)
        title = heading(label).replace("(", "\n(")
        shape = _number_format(column, label)
        texts = [str(row[number]) for row in first if row[number] is not None]
        width = _width(title, texts, shape)
        columns.append(LongColumn(title, shape, width, is_hidden=is_for_programs(column)))
    naming = [
        n for n, column in enumerate(table.columns[:_NAMED_WITHIN], 1) if column.name in _NAMING
    ]
    title = mark + table.chinese_name
    return LongSheet(table.chinese_name, title, source, columns, max(naming, default=0))


def _number_format(column: Column, label: str) -> str:
    """How Excel shows a column; what it holds stays exact."""
    kind = column.kind
    if kind == "DATE":
        return "yyyy-mm-dd"
    if kind.startswith("TIMESTAMP"):
        return "yyyy-mm-dd hh:mm:ss"
    if kind.startswith("DECIMAL") or kind == "DOUBLE":
        if _RATE.search(column.name):
            return "0.00%"
        return "#,##0.00" if label.endswith(("_万元", "_百分点")) else "General"
    return "0" if kind.endswith("INT") or kind.endswith("INTEGER") else "@"


def _width(title: str, texts: Sequence[str], shape: str) -> float:
    """Wide enough for its values; headings and long texts run over several lines."""
    shown = {"yyyy-mm-dd": 11.0, "yyyy-mm-dd hh:mm:ss": 19.0, "0.00%": 9.0, "#,##0.00": 13.0}
    values = shown.get(shape) or max(map(shown_width, texts), default=0) + 1.0
    if values > _ONE_LINE:
        values = min(max(values / 2, _ONE_LINE), _WIDEST)
    heads = max(map(shown_width, title.split("\n")))
    return max(values, heads / 2 + 2, 6)


def guide_sheet(table: PublishedTable, source: str) -> SheetPlan:
    """The second sheet: what the table and each of its columns is, in both languages."""
    chinese, english = in_both_languages(table.comment)
    rows: list[list[str]] = [
        [f"{table.chinese_name} {table.name}"], [chinese], [english], [source],
        ["数值保留全部小数位，显示两位；比率显示为百分数。超过 15 位有效数字的数以文本保存。"
         "行键、项目键等只供程序核对的列在表末，已隐藏。"],
        [],
        ["列", "column", "类型", "含义", "meaning"],
    ]  # fmt: skip
    top = len(rows)
    rows += [
        [
            heading(column_label(table.name, column.name)),
            column.name,
            column.kind,
            *in_both_languages(column.comment),
        ]
        for column in table.columns
    ]
    body = CellStyle(points=10, wraps=True, has_border=True, number_format="@")
    head = CellStyle(points=10, is_bold=True, fill="DDEBF7", has_border=True)
    return SheetPlan(
        GUIDE_SHEET,
        rows,
        look=SheetLook(
            widths=(26, 28, 14, 60, 60),
            styles=[
                ((0, 0, 0, 0), CellStyle(points=14, is_bold=True)),
                ((top - 1, 0, top - 1, 4), head),
                ((top, 0, len(rows) - 1, 4), body),
            ],
            frozen_rows=top,
            repeated_rows=(top - 1, top - 1),
            is_landscape=True,
        ),
    )
