"""The sheet “规则目录”: every rule of the form in plain words, so that nobody has to ask what is checked."""

from collections.abc import Sequence

from lxml import etree

from pipelines.feedback.marking.colours import WORD_OF
from pipelines.feedback.marking.own_sheet_draft import Looks, SheetDraft
from pipelines.feedback.marking.plan import ListedRule

RULES_HEADINGS = ("规则", "版本", "级别", "名称", "怎么改", "例子", "为什么", "允许误差")
_WIDTHS = (9, 5, 6, 20, 36, 28, 34, 12)
_TAB = "8EA9C1"


def draft_rules(rules: Sequence[ListedRule], looks: Looks) -> tuple[etree._Element, str]:
    """The worksheet, and the absolute reference of its heading row for print."""
    draft = SheetDraft(_WIDTHS, _TAB)
    top = draft.add_row(RULES_HEADINGS, [looks.heading] * len(RULES_HEADINGS))
    for rule in rules:
        draft.add_row(
            (
                rule.rule_id,
                rule.version,
                WORD_OF[rule.severity],
                rule.title,
                rule.remedy,
                rule.example,
                rule.reason,
                rule.tolerance,
            ),
            (
                looks.centred,
                looks.centred,
                looks.by_severity[rule.severity],
                *[looks.body] * 5,
            ),
        )
    draft.freeze_above(top + 1, is_selected=False)
    draft.print_landscape()
    return draft.root, f"$1:${top + 1}"
