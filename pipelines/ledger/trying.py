"""How one rule would have fared on everything received so far. Nothing is changed.

The ledger's snapshot is replayed in memory, load by load, with the verdicts that were given then; only the
rule on trial is judged.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.database import Connection, open_in_memory
from pipelines.declarations.forms import Form
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.ledger.candidates import Candidate, extents_of, wave_of, waves_of
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.photographs import judge, look_around, look_at_photographs
from pipelines.ledger.reading import read_receipts, return_reader
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.snapshots import copy_returns, required_snapshot
from pipelines.ledger.versions import Verdict, Versions
from pipelines.ledger.work_database import upgrade
from pipelines.problems import OperatorError
from pipelines.settings import Home
from pipelines.validation.findings import Finding
from pipelines.validation.frames import judging_database
from pipelines.validation.history import History, packages_in_ledgers
from pipelines.validation.returns import judge_batch
from pipelines.validation.standing import Standards, is_valid

_BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PastReturn:
    """A return as it was received and settled."""

    receipt: Receipt
    load_id: str
    form_id: str | None
    period: str | None
    status: str
    received_at: datetime

    @property
    def is_accepted(self) -> bool:
        return self.status in ("accepted", "accepted_with_warnings")


@dataclass(frozen=True)
class UnitTrial:
    """What the rule would have found on the returns of one unit and form."""

    unit_code: str
    form_id: str | None
    returns: int
    failed: int
    findings: int


@dataclass(frozen=True)
class Trial:
    """What the rule would have found; ``newly_refused`` were accepted and would not have been."""

    rule: Rule
    returns: int
    failed: int
    newly_refused: int
    findings: tuple[Finding, ...]
    by_unit: tuple[UnitTrial, ...]


def try_rule(home: Home, catalogue: Catalogue, rule_id: str, progress: Progress) -> Trial:
    """Judge everything received so far by one rule.

    Raises OperatorError for a rule nobody declared, or a home that has not been loaded.
    """
    rule = catalogue.rules.by_id.get(rule_id)
    if rule is None:
        known = ", ".join(sorted(catalogue.rules.by_id))
        raise OperatorError(f"There is no rule “{rule_id}”.", f"Choose one of: {known}")
    snapshot = required_snapshot(home)
    book = catalogue.rules.only(rule_id)
    with open_in_memory() as connection:
        past = replayed_ledger(connection, snapshot, catalogue)
        concerned = [p for p in past if _is_concerned(p, rule, catalogue.rules)]
        match rule.frame:
            case "history":
                findings = judge_history(connection, catalogue, book, past, progress)
            case "photographs":
                accept_again(connection, past)
                findings = judge_photographs(connection, home, catalogue, book, concerned, progress)
            case _:
                findings = judge_files(connection, home, catalogue, book, concerned, progress)
    receipts = {entry.receipt.receipt_id for entry in concerned}
    return _summarise(rule, concerned, [f for f in findings if f.receipt_id in receipts])


def _is_concerned(past: PastReturn, rule: Rule, rules: RuleBook) -> bool:
    if past.status == "duplicate" or rule not in rules.of_form(past.form_id):
        return False
    return past.period is None or is_valid(rule, past.period, date.max)


def replayed_ledger(
    connection: Connection, snapshot: Path, catalogue: Catalogue
) -> list[PastReturn]:
    """Copy what was received, everything undecided again; returns what became of it at the time."""
    upgrade(connection, catalogue.forms)
    tables = ("sheets", "columns", "photographs", *(form.form_id for form in catalogue.forms))
    copy_returns(connection, snapshot, tables, only_accepted=False)
    store_declarations(
        connection, catalogue.settings, catalogue.district, catalogue.rules, catalogue.forms
    )
    rows = connection.execute(
        "select receipt_id, unit_code, inbox_path, file_name, sha256, load_id, form_id, period, status,"
        " received_at from raw.receipts order by received_at, load_id, receipt_id"
    ).fetchall()
    connection.execute(
        "update raw.receipts set status = 'received', superseded_by = null, version_no = null"
    )
    return [PastReturn(Receipt(*row[:5]), *row[5:]) for row in rows]


def judge_files(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    book: RuleBook,
    past: Sequence[PastReturn],
    progress: Progress,
) -> list[Finding]:
    """The rules about one return alone: every file is read again from the archive."""
    connection.execute("update raw.receipts set status = 'accepted'")
    packages = packages_in_ledgers(connection)
    receipts = [entry.receipt for entry in past]
    context, forms, district = catalogue.reading_context, catalogue.forms_by_id, catalogue.district
    findings: list[Finding] = []
    with (
        return_reader(catalogue.settings.limits, context, book, packages) as reader,
        judging_database(context) as database,
    ):
        for read in read_receipts(receipts, reader, home, forms, district, progress):
            batch = read.judged(reader, packages)
            findings += judge_batch(batch, book, context, database).findings
    return findings


def accept_again(connection: Connection, past: Sequence[PastReturn]) -> None:
    connection.execute(
        "update raw.receipts set status = 'accepted'"
        " where receipt_id in (select unnest(cast(? as varchar[])))",
        [[entry.receipt.receipt_id for entry in past if entry.is_accepted]],
    )


def judge_photographs(
    connection: Connection,
    home: Home,
    catalogue: Catalogue,
    book: RuleBook,
    past: Sequence[PastReturn],
    progress: Progress,
) -> list[Finding]:
    """The rules about photographs: each is looked at again, beside the ledgers as they are known by now."""
    received = look_at_photographs(
        connection,
        [entry.receipt for entry in past],
        home,
        catalogue.settings.limits,
        progress,
    )
    standards = Standards(book, (), date.max, "")
    found = judge(received, look_around(connection, received), standards)
    return [finding for listed in found.values() for finding in listed]


def judge_history(
    connection: Connection,
    catalogue: Catalogue,
    book: RuleBook,
    past: Sequence[PastReturn],
    progress: Progress,
    chosen: Collection[str] | None = None,
) -> list[Finding]:
    """The rules against earlier returns: wave by wave, with the verdicts of that time in between.

    ``chosen``: only waves with one of these receipts are judged; None judges all.
    """
    verdicts = {entry.receipt.receipt_id: entry for entry in past}
    findings: list[Finding] = []
    loads = list(dict.fromkeys(entry.load_id for entry in past))
    for number, load_id in enumerate(loads, 1):
        candidates = _candidates(connection, past, load_id, catalogue.forms_by_id)
        versions = Versions(connection, [candidate.slot for candidate in candidates])
        history = History(connection, extents_of(candidates))
        for wave in waves_of(candidates):
            form, placed = wave[0].form, [candidate.placed for candidate in wave]
            entries = [verdicts[one.receipt_id] for one in placed]
            judged = wave_of(wave, {e.receipt.receipt_id: not e.is_accepted for e in entries})
            if chosen is None or not judged.has_errors.keys().isdisjoint(chosen):
                findings += history.judge(judged, book.of_frame("history", form.form_id)).findings
            versions.note_shown(form, placed)
            given = [Verdict(p, e.status, None) for p, e in zip(placed, entries, strict=True)]
            superseded = versions.settle(given)
            versions.write()
            accepted = [e.receipt.receipt_id for e in entries if e.is_accepted]
            history.settle(judged, accepted, superseded)
            if form.header.is_ledger:
                history.renew_registry()
        progress(number, len(loads))
    return findings


def _candidates(
    connection: Connection, past: Sequence[PastReturn], load_id: str, forms: Mapping[str, Form]
) -> list[Candidate]:
    times = dict(
        connection.execute(
            "select receipt_id, (received_at, file_modified_at) from raw.receipts where load_id = ?",
            [load_id],
        ).fetchall()
    )
    return [
        Candidate(
            entry.receipt,
            forms[entry.form_id],
            entry.period,
            (times[entry.receipt.receipt_id], entry.receipt.file_name, entry.receipt.inbox_path),
        )
        for entry in past
        if entry.load_id == load_id
        and entry.form_id is not None
        and entry.form_id != PHOTOGRAPH
        and entry.period is not None
        and entry.status != "duplicate"
    ]


def _summarise(rule: Rule, past: Sequence[PastReturn], findings: Sequence[Finding]) -> Trial:
    found = Counter(finding.receipt_id for finding in findings)
    returns: Counter[tuple[str, str | None]] = Counter()
    failed: Counter[tuple[str, str | None]] = Counter()
    counted: Counter[tuple[str, str | None]] = Counter()
    for entry in past:
        group = (entry.receipt.unit_code, entry.form_id)
        returns[group] += 1
        failed[group] += found[entry.receipt.receipt_id] > 0
        counted[group] += found[entry.receipt.receipt_id]
    accepted = {entry.receipt.receipt_id for entry in past if entry.is_accepted}
    refused = {f.receipt_id for f in findings if f.is_error or _would_refuse(f)}
    return Trial(
        rule,
        len(past),
        sum(failed.values()),
        len(refused & accepted),
        tuple(findings),
        tuple(
            UnitTrial(unit, form, returns[unit, form], failed[unit, form], counted[unit, form])
            for unit, form in sorted(returns, key=lambda group: (group[0], group[1] or ""))
        ),
    )


def _would_refuse(finding: Finding) -> bool:
    """A rule on trial writes informations; off trial it would refuse where it is an error."""
    return finding.rule.trial and finding.rule.severity == "error"
