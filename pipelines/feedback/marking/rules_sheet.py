"""The sheet “规则目录”: every rule of the form in plain words, so that nobody has to ask what is checked."""

from collections.abc import Sequence
from functools import lru_cache

from pipelines.feedback.marking.colours import WORD_OF
from pipelines.feedback.marking.own_sheet_draft import Looks, SheetDraft
from pipelines.feedback.marking.package import serialised
from pipelines.feedback.marking.plan import ListedRule, Severity

RULES_HEADINGS = ("规则", "版本", "级别", "名称", "怎么改", "例子", "为什么", "允许误差")
_WIDTHS = (9, 5, 6, 20, 36, 28, 34, 12)
_TAB = "8EA9C1"
# Stand-ins for the looks, which have other numbers in every workbook.
_HEADING, _BODY, _CENTRED = 90_000_001, 90_000_002, 90_000_003
_BY_SEVERITY: dict[Severity, int] = {
    "error": 90_000_004,
    "warning": 90_000_005,
    "information": 90_000_006,
}


def draft_rules(rules: Sequence[ListedRule], looks: Looks) -> tuple[bytes, str]:
    """The worksheet, and the absolute reference of its heading row for print."""
    content, headings = _drafted(tuple(rules))
    numbers = {_HEADING: looks.heading, _BODY: looks.body, _CENTRED: looks.centred}
    numbers |= {_BY_SEVERITY[severity]: look for severity, look in looks.by_severity.items()}
    for stand_in, look in numbers.items():
        content = content.replace(b' s="%d"' % stand_in, b' s="%d"' % look)
    return content, headings


@lru_cache(maxsize=32)
def _drafted(rules: tuple[ListedRule, ...]) -> tuple[bytes, str]:
    """The sheet with stand-ins for its looks: all answers of a form have the same."""
    draft = SheetDraft(_WIDTHS, _TAB)
    top = draft.add_row(RULES_HEADINGS, [_HEADING] * len(RULES_HEADINGS))
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
            (_CENTRED, _CENTRED, _BY_SEVERITY[rule.severity], *[_BODY] * 5),
        )
    draft.freeze_above(top + 1, is_selected=False)
    draft.print_landscape()
    return serialised(draft.root), f"$1:${top + 1}"
