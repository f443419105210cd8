"""The 督办通知单 as a sheet to print, sign and send: one workbook for each time a notice is issued or reminded of.

``HOME/reports/notices/<unit_code>/<day>-<notice_id>.xlsx``. Written once and never changed: what was handed out
stays what it was.
"""

from collections.abc import Sequence
from pathlib import Path

from pipelines.feedback.row_heights import fitting_height
from pipelines.feedback.sheet_plans import CellStyle, SheetLook, SheetPlan
from pipelines.feedback.spreadsheet import write_workbook
from pipelines.reports.supervision import OpenNotice
from pipelines.wording import day_words

_TITLE = "督办通知单"
_LABEL_WIDTH, _TEXT_WIDTH = 16, 72
# Points; what the unit writes by hand needs room.
_TITLE_HEIGHT, _WRITING_HEIGHT = 42, 120
_BLANKS = ("办理情况", "承办人（签字）", "单位负责人（签字）", "反馈时间")
_TITLE_STYLE = CellStyle(points=20, is_bold=True, horizontal="center")
_LABEL_STYLE = CellStyle(is_bold=True, horizontal="center", has_border=True)
_TEXT_STYLE = CellStyle(horizontal="left", wraps=True, has_border=True)


def write_notices(notices: Sequence[OpenNotice], folder: Path) -> int:
    """Write the sheets that are not there yet below ``folder``; returns how many."""
    written = 0
    for notice in notices:
        path = folder / notice.unit_code / f"{notice.told_on}-{notice.notice_id}.xlsx"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(write_workbook([notice_sheet(notice)]))
        partial.replace(path)
        written += 1
    return written


def notice_sheet(notice: OpenNotice) -> SheetPlan:
    """One page: whom it is for, what was missed, what to do, and room for the unit's answer."""
    event = f"第{notice.reminder_count}次催办" if notice.reminder_count else "首次发出"
    told = (
        ("编号", notice.notice_id),
        ("承办单位", notice.unit_name),
        ("发出日期", day_words(notice.issued_on)),
        ("本次", f"{day_words(notice.told_on)}{event}"),
        ("项目", notice.project_name or "（不涉及具体项目）"),
        ("事项", notice.what),
        ("依据", notice.basis),
        ("应办结日期", day_words(notice.due_on)),
        ("已逾期", f"{notice.days_overdue}天"),
        ("通知", notice.text),
        ("下次催办", f"{day_words(notice.next_reminder_on)}（到时仍未办结的）"),
    )
    rows = [(_TITLE, ""), *told, *((label, "") for label in _BLANKS)]
    widths = (_LABEL_WIDTH, _TEXT_WIDTH)
    heights = {number: fitting_height(row, widths) for number, row in enumerate(rows)}
    heights |= {0: _TITLE_HEIGHT, len(told) + 1: _WRITING_HEIGHT}
    last = len(rows) - 1
    look = SheetLook(
        widths=widths,
        heights=heights,
        styles=(
            ((0, 0, 0, 1), _TITLE_STYLE),
            ((1, 0, last, 0), _LABEL_STYLE),
            ((1, 1, last, 1), _TEXT_STYLE),
        ),
    )
    return SheetPlan(_TITLE, rows, merges=((0, 0, 0, 1),), look=look)
