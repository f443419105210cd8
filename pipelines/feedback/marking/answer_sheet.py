"""The sheet “校验意见”: what was found, where, what to do, and room to reply.

``workbooks.own_sheets`` finds the replies by the headings it names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipelines.feedback.marking.colours import WORD_OF
from pipelines.feedback.marking.ooxml import parse_address, quoted_sheet
from pipelines.feedback.marking.own_sheet_draft import Cell, Looks, SheetDraft
from pipelines.feedback.marking.plan import AnswerPlan, ListedFinding
from pipelines.text import cell_name
from pipelines.workbooks.own_sheets import FINDING_ID_HEADING, NOTE_HEADING, REASON_HEADING

MOST_LISTED = 5_000
_HEADINGS = (
    "序号", "级别", "工作表", "单元格", "栏目", "项目", "填的内容", "应当是", "怎么改", "规则",
    REASON_HEADING, NOTE_HEADING, FINDING_ID_HEADING,
)  # fmt: skip
_WIDTHS = (5, 6, 14, 8, 14, 18, 13, 15, 42, 9, 16, 18, 0)  # nought: hidden
_SHEET, _CELL, _REASON = 2, 3, 10
_WIDE = len(_HEADINGS) - 1  # what stands above the table runs across the visible columns
_TAB = "C0504D"
_LEGEND = (
    "怎么看：红色是错误，要改正；黄色是疑问，请核对；蓝色是提示，供参考。您的表里相应的单元格涂了同样的颜色，"
    "把鼠标放上去能看到说明；点本表“单元格”一列可以跳到那里。"
    f"疑问属实的，不用改数，请在“{REASON_HEADING}”一列选一个原因（也可以自己写），需要时再写“补充说明”。"
    "改好后把整个文件重新报送，本页、颜色和批注都不用删。"
)
_NOTHING = "没有发现问题。"
_PROMPT = "请从列表里选一个原因，也可以自己写。"
# A list of choices inside the formula may be this long; a comma would part a choice in two.
_LONGEST_INLINE = 255
_RANGES_IN_ONE = 200
_HIGHEST_FROZEN = 300.0  # points; more would leave no room to scroll on a small screen


@dataclass(frozen=True)
class DraftedAnswer:
    """The worksheet, and the references of its names; None where it has no filter."""

    root: etree._Element
    filter_reference: str | None
    heading_rows: str


def draft_answer(
    plan: AnswerPlan, looks: Looks, sheets: set[str], reasons_formula: str | None
) -> DraftedAnswer:
    """Write the list; ``sheets`` are those a link may lead to, the formula says where the reasons are."""
    draft = SheetDraft(_WIDTHS, _TAB)
    _write_head(draft, plan, looks)
    top = draft.add_row(_HEADINGS, [looks.heading] * len(_HEADINGS))
    height_above = draft.height
    asked = _write_findings(draft, plan.findings[:MOST_LISTED], looks, sheets)
    bottom = draft.next_row - 1
    reference = draft.add_filter(top, bottom, len(_HEADINGS) - 1) if bottom > top else None
    _write_rest(draft, len(plan.findings), looks)
    if reasons_formula:
        for start in range(0, len(asked), _RANGES_IN_ONE):
            draft.add_choices(
                " ".join(asked[start : start + _RANGES_IN_ONE]), reasons_formula, _PROMPT
            )
    draft.freeze_above(top + 1 if height_above <= _HIGHEST_FROZEN else 0, is_selected=True)
    draft.print_landscape()
    return DraftedAnswer(draft.root, reference, f"${top + 1}:${top + 1}")


def inline_choices(reasons: Sequence[str]) -> str | None:
    """The reasons as a list inside the formula; None where they do not fit into one."""
    listed = ",".join(reasons)
    has_own_commas = listed.count(",") != len(reasons) - 1 or '"' in listed
    return None if has_own_commas or len(listed) > _LONGEST_INLINE else f'"{listed}"'


def _write_head(draft: SheetDraft, plan: AnswerPlan, looks: Looks) -> None:
    title: list[Cell] = [plan.title, *[None] * (len(_WIDTHS) - 1)]
    draft.add_row(title, [looks.title] * len(_WIDTHS), 27)
    for label, text in plan.facts:
        draft.add_wide_row([(label, looks.label, 2), (text, looks.text, _WIDE - 2)])
    draft.add_wide_row([(_LEGEND, looks.text, _WIDE)])


def _write_findings(
    draft: SheetDraft, findings: Sequence[ListedFinding], looks: Looks, sheets: set[str]
) -> list[str]:
    """One row each; returns the ranges of cells that ask for a reason."""
    asked: list[int] = []
    for number, finding in enumerate(findings, 1):
        place = parse_address(finding.cell) if finding.sheet in sheets else None
        reply = looks.reply if finding.asks_reply else looks.body
        row = draft.add_row(
            (
                number,
                WORD_OF[finding.severity],
                finding.sheet,
                finding.cell,
                finding.label,
                finding.project,
                finding.found,
                finding.expected,
                finding.message,
                finding.rule_id,
                finding.reply_reason,
                finding.reply_note,
                finding.finding_id,
            ),
            (
                looks.centred,
                looks.by_severity[finding.severity],
                looks.body,
                looks.link if place else looks.centred,
                *[looks.body] * 5,
                looks.centred,
                reply,
                reply,
                looks.small,
            ),
        )
        if place and finding.sheet:
            draft.add_link((row, _CELL), f"{quoted_sheet(finding.sheet)}!{cell_name(*place)}")
        if finding.asks_reply:
            asked.append(row)
    return _ranges(asked)


def _write_rest(draft: SheetDraft, count: int, looks: Looks) -> None:
    if not count:
        draft.add_wide_row([(_NOTHING, looks.text, _WIDE)])
    elif count > MOST_LISTED:
        rest = f"共有 {count} 条意见，这里列出前 {MOST_LISTED} 条，其余的见同一文件夹里的 findings.csv。"
        draft.add_wide_row([(rest, looks.label, _WIDE)])


def _ranges(rows: Sequence[int]) -> list[str]:
    """The reason cells of these rows, neighbours joined."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return [f"{cell_name(first, _REASON)}:{cell_name(last, _REASON)}" for first, last in ranges]
