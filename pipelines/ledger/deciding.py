"""Which return is accepted, and which version is in force.

Each wave of returns (``candidates``) is judged against what the waves before it left in force. Waves are written
together, in one transaction, where the next need not be read from the ledger.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.database import Connection, quote_name, transaction
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.ledger.candidates import (
    Candidate,
    Told,
    extents_of,
    wave_of,
    waves_of,
    written_together,
)
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.storing import store_findings, store_outcomes
from pipelines.ledger.versions import (
    Untold,
    Verdict,
    Versions,
    place,
    refuse_untold,
    settle_untold_duplicates,
)
from pipelines.validation.findings import Finding, bounded, refusal_words
from pipelines.validation.history import History
from pipelines.validation.outcomes import Gap, Outcomes
from pipelines.validation.returns import Judgement
from pipelines.validation.standing import Slot, Standards, standing, valid_rules

# So many returns are settled and written together; each has an outcome of every rule.
_TOGETHER = 200


@dataclass
class Decisions:
    """What the deciding needs at hand while it walks through the waves, and what it has not written yet."""

    connection: Connection
    standards: Standards
    gaps: Mapping[str, Mapping[str, Gap]]
    versions: Versions
    history: History
    findings: defaultdict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    new_findings: list[Finding] = field(default_factory=list)
    new_outcomes: Outcomes = field(default_factory=Outcomes)

    def write(self) -> None:
        """Write what was settled since the last time. Call it inside a transaction."""
        self.versions.write()
        store_findings(self.connection, self.new_findings)
        store_outcomes(self.connection, self.new_outcomes, self.standards.load_id)
        self.new_findings, self.new_outcomes = [], Outcomes()


def decide(
    connection: Connection,
    standards: Standards,
    receipts: Sequence[Receipt],
    told: Mapping[str, Told],
    judgement: Judgement,
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Judge every receipt against earlier returns and give each its end state.

    Returns all findings that stand, those of earlier frames included.
    """
    candidates, hopeless = _sort_out(connection, receipts, told)
    waves = waves_of(candidates)
    versions = Versions(connection, [candidate.slot for candidate in candidates])
    history = History(connection, extents_of(candidates))
    decisions = Decisions(connection, standards, judgement.gaps, versions, history)
    for finding in judgement.findings:
        decisions.findings[finding.receipt_id].append(finding)
    for start in range(0, len(hopeless), _TOGETHER):
        with transaction(connection):
            _settle_untold(decisions, hopeless[start : start + _TOGETHER])
            decisions.write()
    with transaction(connection):
        place(connection, [candidate.placed for candidate in candidates])
    done = 0
    for group in written_together(waves, _TOGETHER):
        with transaction(connection):
            for wave in group:
                _decide_wave(decisions, wave)
            decisions.write()
        if group[0][0].form.header.is_ledger:
            history.renew_registry()
        done += len(group)
        progress(done, len(waves))
    return [finding for listed in decisions.findings.values() for finding in listed]


def _sort_out(
    connection: Connection, receipts: Sequence[Receipt], told: Mapping[str, Told]
) -> tuple[list[Candidate], list[tuple[Receipt, Form | None]]]:
    """Receipts with a slot, and those whose form or period cannot be told."""
    times = dict(
        connection.execute(
            "select receipt_id, (received_at, file_modified_at) from raw.receipts"
            " where status = 'received'"
        ).fetchall()
    )
    candidates: list[Candidate] = []
    hopeless: list[tuple[Receipt, Form | None]] = []
    for receipt in receipts:
        read = told.get(receipt.receipt_id, Told(None, None))
        if read.form is None or read.period is None:
            hopeless.append((receipt, read.form))
            continue
        order = (times[receipt.receipt_id], receipt.file_name, receipt.inbox_path)
        candidates.append(Candidate(receipt, read.form, read.period, order))
    return candidates, hopeless


def _decide_wave(decisions: Decisions, wave: Sequence[Candidate]) -> None:
    """Judge one form's returns of one period and version; then put the accepted ones in force."""
    form, versions = wave[0].form, decisions.versions
    versions.note_shown(form, [candidate.placed for candidate in wave])
    fresh: list[Candidate] = []
    for candidate in wave:
        if versions.settle_duplicate(candidate.placed):
            _note_duplicate(decisions, candidate.receipt, form)
        else:
            fresh.append(candidate)
    if fresh:
        _judge_fresh(decisions, form, fresh)


def _judge_fresh(decisions: Decisions, form: Form, fresh: Sequence[Candidate]) -> None:
    slots = _slots_of(decisions, form, fresh)
    for receipt_id, slot in slots.items():
        decisions.findings[receipt_id] = _stand(decisions, decisions.findings[receipt_id], slot)
    wave = wave_of(fresh, {i: any(f.is_error for f in decisions.findings[i]) for i in slots})
    rules = decisions.standards.rules.of_frame("history", form.form_id)
    judged = decisions.history.judge(wave, rules)
    for finding in judged.findings:
        receipt_id = finding.receipt_id
        decisions.findings[receipt_id] += _stand(decisions, [finding], slots[receipt_id])
    verdicts = _settle(decisions, form, fresh, judged.nothing_to_compare)
    superseded = decisions.versions.settle(verdicts)
    accepted = [v.placed.receipt_id for v in verdicts if v.status != "refused"]
    decisions.history.settle(wave, accepted, superseded)


def _slots_of(decisions: Decisions, form: Form, fresh: Sequence[Candidate]) -> dict[str, Slot]:
    """The slot of each return; with its projects' codes where a waiver may name one."""
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    if "project_code" in form.by_name and any(w.project for w in decisions.standards.waivers):
        name = quote_name(f"{form.name_field.name}_key")
        rows = decisions.connection.execute(
            f"select receipt_id, {name}, project_code from raw.{quote_name(form.form_id)}"
            " where receipt_id in (select unnest(cast(? as varchar[])))"
            f" and {name} is not null and project_code is not null",
            [[candidate.receipt.receipt_id for candidate in fresh]],
        ).fetchall()
        for receipt_id, project, code in rows:
            codes[receipt_id][project] = code
    return {
        c.receipt.receipt_id: Slot(
            c.receipt.unit_code, form.form_id, c.period, codes[c.receipt.receipt_id]
        )
        for c in fresh
    }


def _stand(decisions: Decisions, findings: Sequence[Finding], slot: Slot) -> list[Finding]:
    return standing(findings, slot, decisions.standards.waivers, decisions.standards.today)


def _settle(
    decisions: Decisions,
    form: Form,
    fresh: Sequence[Candidate],
    nothing_to_compare: Mapping[str, frozenset[str]],
) -> list[Verdict]:
    """Give each return its end state, with its findings and the outcome of every rule."""
    verdicts: list[Verdict] = []
    rules = _rules_for(decisions, form, fresh[0].period)
    for candidate in fresh:
        receipt_id = candidate.receipt.receipt_id
        listed = decisions.findings[receipt_id]
        decisions.new_findings += bounded(listed)
        warned = any(finding.severity == "warning" for finding in listed)
        status = "accepted_with_warnings" if warned else "accepted"
        because = refusal_words(listed)
        verdicts.append(Verdict(candidate.placed, "refused" if because else status, because))
        gaps = dict(decisions.gaps.get(receipt_id, {}))
        for rule_id, receipts in nothing_to_compare.items():
            if receipt_id in receipts:
                gaps.setdefault(rule_id, Gap("nothing_to_compare", 0))
        decisions.new_outcomes.settle(receipt_id, rules, listed, gaps)
    return verdicts


def _rules_for(decisions: Decisions, form: Form | None, period: str | None) -> list[Rule]:
    """The rules that judge the returns of a form and period; without a period those of today."""
    standards = decisions.standards
    rules = standards.rules.of_form(form.form_id if form else None)
    return valid_rules(rules, period, standards.today)


def _note_duplicate(decisions: Decisions, receipt: Receipt, form: Form | None) -> None:
    """The same bytes were judged before: nothing is found again, and every rule says so."""
    receipt_id = receipt.receipt_id
    decisions.findings[receipt_id] = []
    rules = decisions.standards.rules.of_form(form.form_id if form else None)
    gaps = {rule.rule_id: Gap("duplicate", 0) for rule in rules}
    decisions.new_outcomes.settle(receipt_id, rules, (), gaps)


def _settle_untold(decisions: Decisions, hopeless: Sequence[tuple[Receipt, Form | None]]) -> None:
    """Returns without form or period: duplicates of the unit's own, or refused."""
    connection, standards = decisions.connection, decisions.standards
    untold = {
        receipt.receipt_id: Untold(
            receipt.receipt_id,
            form.header.form_id if form else None,
            form.header.restricted if form else False,
        )
        for receipt, form in hopeless
    }
    duplicates = settle_untold_duplicates(connection, list(untold.values()))
    refused: list[tuple[Untold, str]] = []
    for receipt, form in hopeless:
        receipt_id = receipt.receipt_id
        if receipt_id in duplicates:
            _note_duplicate(decisions, receipt, form)
            continue
        slot = Slot(receipt.unit_code, untold[receipt_id].form_id, None, {})
        listed = _stand(decisions, decisions.findings[receipt_id], slot)
        decisions.findings[receipt_id] = listed
        decisions.new_findings += bounded(listed)
        gaps = dict(decisions.gaps.get(receipt_id, {}))
        for rule in standards.rules.of_frame("history", slot.form_id):
            gaps.setdefault(rule.rule_id, Gap("no_period", 0))
        rules = _rules_for(decisions, form, None)
        decisions.new_outcomes.settle(receipt_id, rules, listed, gaps)
        refused.append((untold[receipt_id], refusal_words(listed) or "无法判断报表和报告期"))
    refuse_untold(connection, refused)
