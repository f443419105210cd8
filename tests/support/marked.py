"""Plans for answer workbooks, returns with everything on them, and a look into what came out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from pipelines.feedback.marking.book import Book
from pipelines.feedback.marking.package import Package
from pipelines.feedback.marking.plan import AnswerPlan, ListedFinding, ListedRule
from pipelines.feedback.marking.styles import Styles
from pipelines.feedback.marking.unmarking import remove_earlier_answer
from pipelines.workbooks.own_sheets import OWN_SHEETS

SHEET = "进展情况表"


def a_finding(cell: str | None = "C5", severity: str = "error", **said: object) -> ListedFinding:
    """One finding on the sheet of ``a_return``."""
    known = {
        "finding_id": f"{severity}-{cell}",
        "sheet": SHEET if cell else None,
        "label": "本月完成投资",
        "project": "滨河路",
        "found": "约10",
        "expected": "数字",
        "message": f"{cell} 不是数字，请改成 10 这样的数字。",
        "rule_id": "GEN-105",
    }
    return ListedFinding(severity=severity, cell=cell, **(known | said))  # type: ignore[arg-type]


def a_rule(rule_id: str = "GEN-105", **said: object) -> ListedRule:
    """One rule of the catalogue."""
    known = {
        "version": 2,
        "severity": "error",
        "title": "金额是数字",
        "remedy": "请改成数字。",
        "example": "10",
        "reason": "不是数字就不能相加。",
        "tolerance": "",
    }
    return ListedRule(rule_id=rule_id, **(known | said))  # type: ignore[arg-type]


def a_plan(*findings: ListedFinding, **said: object) -> AnswerPlan:
    """A plan with these findings."""
    known = {
        "title": "校验意见：甲镇 2019年6月",
        "facts": [("报送单位", "甲镇"), ("结果", "退回，请改正后重新报送。")],
        "rules": [a_rule()],
        "reply_reasons": ["数据属实", "上月多报，本月核减"],
        "mark": {"receipt_id": "r-1"},
    }
    return AnswerPlan(findings=findings, **(known | said))  # type: ignore[arg-type]


def a_return() -> bytes:
    """A return with a little of everything a submitter may put on it."""
    book = Workbook()
    page = book.active
    page.title = SHEET
    page.append(["重点项目进展情况表（2019年6月）"])
    page.merge_cells("A1:H1")
    page["A3"] = "单位：万元"
    for row in range(4, 12):
        for column in range(1, 9):
            cell = page.cell(row, column, f"第{column}列" if row == 4 else row * column)
            cell.border = Border(left=Side(style="thin"))
            cell.number_format = "#,##0.00"
    page["D5"].fill = PatternFill("solid", fgColor="FF00FFFF")
    page["D5"].font = Font(bold=True, color="FF00AA00")
    page["D5"].alignment = Alignment(horizontal="center")
    page["E5"] = "=SUM(C5:D5)"
    page["B6"].comment = Comment("原来的批注", "甲镇")
    page["G9"].comment = Comment("另一处批注", "甲镇")
    page.column_dimensions["J"].width = 30
    lists = DataValidation(type="list", formula1='"是,否"')
    lists.add("H5:H11")
    page.add_data_validation(lists)
    page.conditional_formatting.add(
        "F5:F9",
        CellIsRule(operator="greaterThan", formula=["50"], fill=PatternFill(bgColor="FFC0C0")),
    )
    page.auto_filter.ref = "A4:H11"
    page.print_title_rows = "4:4"
    other = book.create_sheet("乙's 表")
    other["A1"] = "别的"
    other.print_title_rows = "1:1"
    other.sheet_view.tabSelected = True
    book.defined_names["全表"] = DefinedName("全表", attr_text=f"'{SHEET}'!$A$4:$H$11")
    book.create_sheet("底稿").sheet_state = "hidden"
    book.active = 1
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opened(data: bytes) -> Workbook:
    """The workbook as a second library reads it."""
    return load_workbook(io.BytesIO(data))


def saved_by_another_program(
    data: bytes, change: Callable[[Workbook], None] | None = None
) -> bytes:
    """The workbook read and written by openpyxl, which numbers all styles anew and moves all texts."""
    book = opened(data)
    if change:
        change(book)
    return saved(book)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The package with parts replaced, added, or (None) taken away."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts_of(data) | changes).items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def unmarked(data: bytes) -> bytes:
    """The workbook after an earlier answer was taken out of it."""
    package = Package(data)
    remove_earlier_answer(Book(package), Styles(package))
    return package.to_bytes()


def looks_of(data: bytes) -> dict[tuple[str, str], tuple[object, ...]]:
    """How every cell of the submitter's sheets looks, what it holds and what its comment says."""
    return {
        (page.title, cell.coordinate): (
            cell.value,
            cell.fill.fill_type and cell.fill.fgColor.rgb,
            cell.font.b,
            cell.number_format,
            cell.alignment.horizontal,
            cell.border.left and cell.border.left.style,
            cell.comment and cell.comment.text,
        )
        for page in opened(data)
        if page.title not in OWN_SHEETS
        for row in page.iter_rows()
        for cell in row
    }
