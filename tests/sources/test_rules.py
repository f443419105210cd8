"""Every declared rule has a return that fails it and one, as alike as can be, that passes it.

The cases stand in ``rule_cases``. The rules that look at one return alone are judged in one pass over
all cases; those that look at earlier returns each in a ledger of their own.
"""

from __future__ import annotations

import re

import pytest
from grids import a_file, a_sheet, a_workbook, placeholders
from rule_cases.earlier_returns import AGAINST_EARLIER
from rule_cases.looks import OF_LOOKS
from rule_cases.one_return import OF_ONE_RETURN as OF_CELLS
from rule_cases.returns import (
    BATCHES,
    DISPATCH,
    ISSUES,
    LAUNCH,
    NEXT_MONTH,
    NEXT_RESULTS,
    NODES,
    PROGRESS,
    REGISTER,
    RESERVE,
    REVIEWS,
    a_ledger,
    a_month,
    results,
    statistics,
    targets,
)
from small_district import (
    Arrival,
    a_desk,
    batch_of,
    declared_forms,
    declared_rules,
    judge,
    reading_context,
    rule_ids,
    taken_batch,
)

from pipelines.workbooks.own_sheets import MARK_SHEET, MARK_WORD
from pipelines.workbooks.readings import ReadReturn
from pipelines.workbooks.returns import read_return

CONTINUED = """
2019年3月重点项目进展情况表（单位：万元）
序号 | 项目名称 | 本年累计完成投资 | 形象进度
1 | 滨河路 | 30 | 路基
 | | {amount} | {words}
"""


@pytest.fixture(scope="module")
def merged_rows() -> dict[str, bytes]:
    """A name merged over two rows, with and without an amount in the lower one."""
    return {
        "fails": a_file(CONTINUED.format(amount="5", words=""), merges=["B3:B4"]),
        "passes": a_file(CONTINUED.format(amount="", words="路面"), merges=["B3:B4"]),
    }


# Rules whose returns no grid can show, with the test that has both.
BY_OWN_TEST = {
    "GEN-013": "test_a_return_on_a_template_no_longer_accepted_is_refused",
    "GEN-112": "test_amounts_in_a_row_without_a_name_of_its_own_are_refused",
}


OF_ONE_RETURN = OF_CELLS | OF_LOOKS


@pytest.fixture(scope="module")
def one_by_one():
    """The findings of all cases of single returns, by receipt “rule/fails” or “rule/passes”."""
    arrivals = {f"{rule}/fails": case.fails for rule, case in OF_ONE_RETURN.items()}
    arrivals |= {f"{rule}/passes": case.passes for rule, case in OF_ONE_RETURN.items()}
    return judge(batch_of(arrivals))


def of(judgement, receipt_id):
    return [finding for finding in judgement.findings if finding.receipt_id == receipt_id]


def test_every_declared_rule_has_a_case():
    cases = OF_ONE_RETURN.keys() | AGAINST_EARLIER.keys() | BY_OWN_TEST.keys()
    # Photographs have no grid: test_photograph_rules.py.
    declared = {
        rule_id for rule_id, rule in declared_rules().by_id.items() if rule.frame != "photographs"
    }
    assert not declared - cases, "rules without a passing and a failing case"
    assert not cases - declared, "cases of rules that nobody declared"
    assert all(callable(globals().get(test)) for test in BY_OWN_TEST.values())


@pytest.mark.parametrize("rule_id", OF_ONE_RETURN)
def test_a_rule_fails_the_return_that_breaks_it_at_its_cell_and_no_other(one_by_one, rule_id):
    case = OF_ONE_RETURN[rule_id]
    found = [f for f in of(one_by_one, f"{rule_id}/fails") if f.rule_id == rule_id]
    assert found, rule_ids(of(one_by_one, f"{rule_id}/fails"))
    assert case.cell is None or case.cell in {finding.place.cell for finding in found}
    assert rule_id not in rule_ids(of(one_by_one, f"{rule_id}/passes"))
    assert {f.severity for f in found} == {declared_rules().by_id[rule_id].severity}


def test_the_untouched_returns_break_no_rule():
    arrivals = {
        "ledger": a_ledger(),
        "progress": a_month(),
        "april": a_month(NEXT_MONTH),
        "register": Arrival("fagai", REGISTER),
        "statistics": statistics(),
        "targets": targets(),
        "results": results(),
        "june": results(NEXT_RESULTS),
        "reserve": Arrival("jia", RESERVE),
        "launch": Arrival("fagai", LAUNCH),
        "nodes": Arrival("jia", NODES),
        "issues": Arrival("jia", ISSUES),
        "batches": Arrival("fagai", BATCHES),
        "dispatch": Arrival("fagai", DISPATCH),
        "reviews": Arrival("fagai", REVIEWS),
    }
    assert [f.message for f in judge(batch_of(arrivals)).findings] == []


def test_amounts_in_a_row_without_a_name_of_its_own_are_refused(merged_rows):
    arrivals = {name: Arrival("jia", data=data) for name, data in merged_rows.items()}
    judged = judge(batch_of(arrivals))
    assert [(f.rule_id, f.place.cell) for f in of(judged, "fails")] == [("GEN-112", "C4")]
    assert of(judged, "passes") == []


def filled_in_on(form_id: str, version: int) -> ReadReturn:
    mark = f"{MARK_WORD}\nform_id | {form_id}\ntemplate_version | '{version}"
    book = a_workbook(PROGRESS, a_sheet(mark, name=MARK_SHEET, is_hidden=True))
    return read_return(book, "jia", "进展.xlsx", reading_context())


def test_a_return_on_a_template_no_longer_accepted_is_refused():
    current = next(
        form.header.template_version
        for form in declared_forms()
        if form.form_id == "progress_report"
    )
    returns = {
        "fails": filled_in_on("progress_report", current + 1),
        "of another form": filled_in_on("project_ledger", current),
        "passes": filled_in_on("progress_report", current),
    }
    notices = [(name, notice) for name, read in returns.items() for notice in read.notices]
    judged = judge(taken_batch(returns, notices))
    for name in ("fails", "of another form"):
        found = [(f.rule_id, f.severity) for f in of(judged, name)]
        assert found == [("GEN-013", "error")], name
    assert of(judged, "passes") == []


def history_of(arrival, before):
    with a_desk(are_rows_judged=False) as desk:
        for number, earlier in enumerate(before):
            desk.load({f"before-{number}": earlier})
            assert desk.outcome(f"before-{number}").status.startswith("accepted")
        findings = desk.load({"judged": arrival})
        return [f for f in findings if f.receipt_id == "judged"]


@pytest.mark.parametrize("rule_id", AGAINST_EARLIER)
def test_a_rule_about_earlier_returns_fails_what_breaks_it_and_no_other(rule_id):
    case = AGAINST_EARLIER[rule_id]
    found = [f for f in history_of(case.fails, case.before) if f.rule_id == rule_id]
    assert [f.place.cell for f in found] == [case.cell]
    assert found[0].severity == declared_rules().by_id[rule_id].severity
    assert rule_id not in rule_ids(history_of(case.passes, case.before))


@pytest.mark.parametrize("rule_id", [r for r, c in AGAINST_EARLIER.items() if c.waived_by])
def test_a_reason_in_the_remarks_makes_a_finding_milder(rule_id):
    case = AGAINST_EARLIER[rule_id]
    found = [f for f in history_of(case.waived_by, case.before) if f.rule_id == rule_id]
    assert [f.severity for f in found] == [declared_rules().by_id[rule_id].severity_with_reason]


def test_a_negative_month_with_a_reason_is_a_warning():
    changes = {"C4": "-1", "C7": "19.5", "I4": "核减上月多报"}
    judged = judge(batch_of({"r": a_month(changes)}))
    assert [f.severity for f in judged.findings if f.rule_id == "PRG-201"] == ["warning"]


def test_every_declared_rule_is_evaluated_for_every_form():
    book = declared_rules()
    arrivals = {
        "project_ledger": a_ledger(),
        "progress_report": a_month(),
        "start_completion_register": Arrival("fagai", REGISTER),
        "statistics_fai": statistics(),
        "target_breakdown": targets(),
        "indicator_report": results(),
        "reserve_projects": Arrival("jia", RESERVE),
        "launch_event": Arrival("fagai", LAUNCH),
        "node_plan": Arrival("jia", NODES),
        "issue_ledger": Arrival("jia", ISSUES),
        "three_batches": Arrival("fagai", BATCHES),
        "dispatch_record": Arrival("fagai", DISPATCH),
        "site_review": Arrival("fagai", REVIEWS),
    }
    assert set(arrivals) == {form.form_id for form in declared_forms()}
    # A frame without rows evaluates nothing, so each check frame gets something to say.
    spoiled = {"unread": OF_ONE_RETURN["GEN-001"].fails, "total": OF_ONE_RETURN["GEN-108"].fails}
    evaluated = judge(batch_of(arrivals | spoiled)).evaluated
    for frame in ("returns", "columns"):
        assert ids(evaluated[frame]) == {rule.rule_id for rule in book.of_frame(frame)}
    for form in declared_forms():
        rules = book.of_frame("rows", form.form_id)
        assert ids(evaluated[f"rows of {form.form_id}"]) == {rule.rule_id for rule in rules}


def ids(keys):
    return {key.partition(":")[0] for key in keys}


def test_a_rule_repeated_for_every_field_of_a_sort_names_them_all():
    evaluated = judge(batch_of({"r": a_ledger()})).evaluated["rows of project_ledger"]
    form = next(form for form in declared_forms() if form.form_id == "project_ledger")
    required = {f"GEN-201:{field.name}" for field in form.fields if field.is_required}
    assert required == {key for key in evaluated if key.startswith("GEN-201")}


# --- the words -------------------------------------------------------------------------------------

KNOWN_WORDS = {
    "sheet",
    "cell",
    "project",
    "row",
    "found",
    "expected",
    "label",
    "example",
    "choices",
}
RULES = [pytest.param(rule, id=rule.rule_id) for rule in declared_rules().all_rules()]


@pytest.mark.parametrize("rule", RULES)
def test_a_message_asks_for_no_unknown_word(rule):
    assert placeholders(rule.message) | placeholders(rule.remedy) <= KNOWN_WORDS


@pytest.mark.parametrize("rule", RULES)
def test_a_message_is_one_plain_chinese_sentence_and_the_remedy_says_what_to_do(rule):
    for text in (rule.title, rule.message, rule.remedy, rule.reason):
        assert re.search(r"[\u4e00-\u9fff]", text)
        bare = re.sub(
            r"{\w+}|\.xlsx|units\.csv|indicators\.csv|reporting_plan\.csv|GB/T \d+-\d+|Excel|WPS|JPG|photos",
            "",
            text,
        )
        assert not re.search(r"[A-Za-z]{3,}", bare), "words of programmers"
    assert re.search(r"请|如果|如本期", rule.remedy)
    assert rule.remedy.endswith("。")


def test_a_found_message_has_no_gap_left(one_by_one):
    for finding in one_by_one.findings:
        assert not placeholders(finding.message) & KNOWN_WORDS, finding.message
        assert "“”" not in finding.message, finding.message
        assert finding.message.endswith(f"〔{finding.rule_id}〕")
        assert "nan" not in finding.message and "None" not in finding.message


def test_a_found_message_names_the_sheet_and_the_cell_it_is_about(one_by_one):
    for finding in one_by_one.findings:
        place = finding.place
        assert place.sheet is None or f"工作表“{place.sheet}”" in finding.message, finding.message
        assert place.cell is None or place.cell in finding.message, finding.message


def test_a_project_may_be_at_two_launches_but_once_at_each():
    twice = Arrival("fagai", LAUNCH, {"A6": "第 一次"})
    judged = judge(batch_of({"fails": twice, "passes": Arrival("fagai", LAUNCH)}))
    assert [(f.rule_id, f.place.cell) for f in of(judged, "fails")] == [("GEN-209", "C6")]
    assert of(judged, "passes") == []
