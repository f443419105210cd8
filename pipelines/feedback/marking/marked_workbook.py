"""The submitter's own workbook as the answer to it: marked cells, a first sheet that lists everything.

The layout is the submitter's: images, charts, formulas with their values, print set-up and macros are
neither read nor changed; what reaches out when it is opened makes it unmarkable. Decides nothing about a
return; the plan says what was found.
"""

from collections.abc import Sequence

from pipelines.feedback.marking.active_parts import refuse_active_parts
from pipelines.feedback.marking.answer_sheet import draft_answer, inline_choices
from pipelines.feedback.marking.book import Book
from pipelines.feedback.marking.cells import SheetCells, anchors
from pipelines.feedback.marking.colours import COLOUR_OF, WORD_OF, rank
from pipelines.feedback.marking.comments import SheetComments
from pipelines.feedback.marking.mark_sheet import EarlierFill, MarkSheet
from pipelines.feedback.marking.ooxml import Address, parse_address, quoted_sheet
from pipelines.feedback.marking.own_sheet_draft import our_looks
from pipelines.feedback.marking.package import MOST_UNPACKED, Package, UnmarkableError
from pipelines.feedback.marking.plan import AnswerPlan, ListedFinding
from pipelines.feedback.marking.rules_sheet import draft_rules
from pipelines.feedback.marking.styles import Styles
from pipelines.feedback.marking.unmarking import remove_earlier_answer
from pipelines.workbooks.own_sheets import ANSWER_SHEET, OWN_SHEETS, RULES_SHEET

__all__ = ["MOST_COMMENTS", "UnmarkableError", "mark_workbook"]

# On one sheet; colours have no such limit. Excel gets slow with thousands of boxes.
MOST_COMMENTS = 1_000
_LONGEST_COMMENT = 1_500  # characters
_MORE = "……还有别的意见，见工作表“校验意见”。"

_ByCell = dict[Address, list[ListedFinding]]


def mark_workbook(original: bytes, plan: AnswerPlan, *, max_unpacked: int = MOST_UNPACKED) -> bytes:
    """The same workbook with the findings marked in it; an earlier answer of ours is taken out first.

    Raises UnmarkableError when the package cannot be edited in place, or unpacks to more than
    ``max_unpacked`` bytes: then a fresh copy has to do.
    """
    try:
        return _marked(Package(original, max_unpacked), plan)
    except (ValueError, ArithmeticError, LookupError) as error:
        # A number that is none or has no place, where the format asks for one.
        raise UnmarkableError(f"the workbook does not keep to its format: {error}") from error


def _marked(package: Package, plan: AnswerPlan) -> bytes:
    refuse_active_parts(package)
    book, styles = Book(package), Styles(package)
    remove_earlier_answer(book, styles)
    parts = {n: p for n, p in book.worksheet_parts().items() if n not in OWN_SHEETS}
    earlier = {
        name: _mark_sheet(package, parts[name], by_cell, styles)
        for name, by_cell in _by_sheet(plan.findings).items()
        if name in parts
    }
    _add_own_sheets(book, styles, plan, set(parts), earlier)
    return package.to_bytes()


def _by_sheet(findings: Sequence[ListedFinding]) -> dict[str, _ByCell]:
    """Sheet → cell → its findings, the worst first; findings without a cell are only listed."""
    found: dict[str, _ByCell] = {}
    for finding in sorted(findings, key=lambda f: rank(f.severity)):
        address = parse_address(finding.cell)
        if finding.sheet and address:
            found.setdefault(finding.sheet, {}).setdefault(address, []).append(finding)
    return found


def _mark_sheet(
    package: Package, part: str, by_cell: _ByCell, styles: Styles
) -> dict[Address, EarlierFill]:
    """Colour the cells and comment on them; how they looked before."""
    cells = SheetCells(package.root(part))
    by_cell = _at_anchors(by_cell, anchors(cells.root, set(by_cell)))
    earlier: dict[Address, EarlierFill] = {}
    for address in sorted(by_cell):
        cell, is_new = cells.ensure(address)
        look = int(cell.get("s") or 0)
        earlier[address] = EarlierFill(*styles.fill_of(look), is_new)
        fill = styles.solid(COLOUR_OF[by_cell[address][0].severity])
        cell.set("s", str(styles.with_fill(look, fill)))
    comments = SheetComments(package, part, cells)
    for address in _most_urgent(by_cell):
        comments.add(address, _comment_text(by_cell[address]))
    comments.close()
    return earlier


def _at_anchors(by_cell: _ByCell, anchor_of: dict[Address, Address]) -> _ByCell:
    """In a merge only its first cell shows."""
    found: _ByCell = {}
    for address, findings in by_cell.items():
        found.setdefault(anchor_of.get(address, address), []).extend(findings)
    for findings in found.values():
        findings.sort(key=lambda f: rank(f.severity))
    return found


def _most_urgent(by_cell: _ByCell) -> list[Address]:
    ranked = sorted(by_cell, key=lambda address: (rank(by_cell[address][0].severity), address))
    return sorted(ranked[:MOST_COMMENTS])


def _comment_text(findings: Sequence[ListedFinding]) -> str:
    said = dict.fromkeys(f"{WORD_OF[f.severity]}：{f.message}" for f in findings)
    text = "\n".join(said)
    return text if len(text) <= _LONGEST_COMMENT else f"{text[:_LONGEST_COMMENT]}{_MORE}"


def _add_own_sheets(
    book: Book,
    styles: Styles,
    plan: AnswerPlan,
    sheets: set[str],
    earlier: dict[str, dict[Address, EarlierFill]],
) -> None:
    looks = our_looks(styles)
    mark = MarkSheet(book)
    mark.state(plan.mark)
    mark.remember(earlier)
    choices = inline_choices(plan.reply_reasons) if plan.reply_reasons else None
    if plan.reply_reasons and choices is None:
        choices = mark.list_reasons(plan.reply_reasons)
    rules, rule_headings = draft_rules(plan.rules, looks)
    book.add_sheet(RULES_SHEET, rules)
    answer = draft_answer(plan, looks, sheets, choices)
    book.add_sheet(ANSWER_SHEET, answer.root, is_first=True)
    _name_areas(book, answer.filter_reference, answer.heading_rows, rule_headings)
    book.open_at(0)


def _name_areas(book: Book, filtered: str | None, headings: str, rule_headings: str) -> None:
    """The names by which programs know a filter and the rows to repeat in print."""
    answer, rules = f"{quoted_sheet(ANSWER_SHEET)}!", f"{quoted_sheet(RULES_SHEET)}!"
    if filtered:
        book.add_name("_xlnm._FilterDatabase", 0, answer + filtered, is_hidden=True)
    book.add_name("_xlnm.Print_Titles", 0, answer + headings)
    position = next(n for n, s in enumerate(book.sheets()) if s.name == RULES_SHEET)
    book.add_name("_xlnm.Print_Titles", position, rules + rule_headings)
