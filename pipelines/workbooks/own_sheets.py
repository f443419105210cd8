"""The sheets the product itself puts into a workbook, and what they say when it comes back.

An answer carries a list of findings with a column for replies; a template carries its version in a
hidden sheet. Neither is a table of the return. Writing them belongs to ``feedback``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.text import cell_name, unescape_formula
from pipelines.workbooks.cells import Sheet, Workbook

ANSWER_SHEET = "校验意见"
RULES_SHEET = "规则目录"
GUIDE_SHEET = "填表说明"
MARK_SHEET = "_taizhang"
OWN_SHEETS = frozenset({ANSWER_SHEET, RULES_SHEET, GUIDE_SHEET, MARK_SHEET})

# The headings of the answer sheet by which a reply is found again.
FINDING_ID_HEADING = "编号"
REASON_HEADING = "原因（请选择）"
NOTE_HEADING = "补充说明"
MARK_WORD = "taizhang"


@dataclass(frozen=True)
class Reply:
    """What a submitter answered to one finding of an earlier answer; ``cell`` is on the answer sheet."""

    finding_id: str
    reason: str
    note: str | None
    cell: str


@dataclass(frozen=True)
class TemplateMark:
    """From which template a workbook was filled."""

    form_id: str
    version: str


def is_own_sheet(sheet: Sheet) -> bool:
    """Whether the product made this sheet: by its name and its own word or headings."""
    if sheet.name == MARK_SHEET:
        return sheet.text(0, 0) == MARK_WORD
    if sheet.name == ANSWER_SHEET:
        return _heading_row(sheet) is not None
    if sheet.name == RULES_SHEET:
        return (sheet.text(0, 0), sheet.text(0, 1)) == ("规则", "版本")
    return sheet.name == GUIDE_SHEET and sheet.text(0, 0).endswith(GUIDE_SHEET)


def read_replies(workbook: Workbook) -> list[Reply]:
    """The replies on the answer sheet, in the order of its rows; none without such a sheet."""
    return [
        reply
        for sheet in workbook.sheets
        if sheet.name == ANSWER_SHEET
        for reply in _replies(sheet)
    ]


def read_template_mark(workbook: Workbook) -> TemplateMark | None:
    """The template a workbook was filled from; None where it carries no mark."""
    for sheet in workbook.sheets:
        if sheet.name == MARK_SHEET and sheet.text(0, 0) == MARK_WORD:
            said = {sheet.text(row, 0): sheet.text(row, 1) for row in range(1, len(sheet.rows))}
            if said.get("form_id"):
                return TemplateMark(said["form_id"], said.get("template_version", ""))
    return None


def _heading_row(sheet: Sheet) -> int | None:
    wanted = {FINDING_ID_HEADING, REASON_HEADING, NOTE_HEADING}
    for row in range(min(len(sheet.rows), 40)):
        if wanted <= {sheet.text(row, column).strip() for column in range(len(sheet.rows[row]))}:
            return row
    return None


def _replies(sheet: Sheet) -> Iterator[Reply]:
    top = _heading_row(sheet)
    if top is None:
        return
    column_of = {sheet.text(top, c).strip(): c for c in range(len(sheet.rows[top]))}
    for row in range(top + 1, len(sheet.rows)):
        finding_id = sheet.text(row, column_of[FINDING_ID_HEADING]).strip()
        # Where a reply begins like a formula, the answer shows it with an apostrophe before it.
        reason = unescape_formula(sheet.text(row, column_of[REASON_HEADING])).strip()
        note = unescape_formula(sheet.text(row, column_of[NOTE_HEADING])).strip()
        if finding_id and (reason or note):
            yield Reply(
                finding_id,
                reason or note,
                note if reason and note else None,
                cell_name(row, column_of[REASON_HEADING if reason else NOTE_HEADING]),
            )
