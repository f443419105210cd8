"""What commands print: text for people, JSON for programs. Decides nothing and reads nothing.

What submitters wrote is printed as it is, never as markup or as orders to the terminal.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from pipelines.settings import Home
from pipelines.text import one_line, plain_lines

if TYPE_CHECKING:
    from pipelines.alerts.delivery import DeliveryReport
    from pipelines.ledger.checking import CheckResult
    from pipelines.ledger.outbox import Waiting
    from pipelines.ledger.trying import Trial
    from pipelines.orchestration.running import LoadResult
    from pipelines.release.proofs import Proof
    from pipelines.reports.explanations import Explanation
    from pipelines.validation.findings import Finding

_STAGES = {
    "receive": "taking over what lies in the inbox",
    "read": "reading returns",
    "photographs": "looking at photographs",
    "answer": "writing answers",
    "try": "trying the rule",
    "decide": "judging against earlier returns",
    "transform": "building and testing the marts",
    "publish": "auditing and publishing",
}
_STATUSES = {
    "accepted": "accepted 已受理",
    "accepted_with_warnings": "accepted with warnings 已受理（有疑问）",
    "refused": "refused 退回",
    "duplicate": "duplicate 重复",
    "received": "not yet judged 待处理",
}
_MOST_SHOWN = 20


class PlainConsole(Console):
    """A console that takes every text as it stands: no markup, no pictures for words, no control characters."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """The text with what moves a cursor or turns the order of reading shown instead of done."""
        return super().render_str(plain_lines(text), **options)


@contextmanager
def stage_progress(
    console: PlainConsole, quiet: bool = False
) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on a terminal, nothing into a pipe."""
    if quiet or not console.is_terminal:
        yield lambda _stage, _done, _all: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def listen(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(_STAGES.get(stage, stage), total=total or None)
            progress.update(tasks[stage], completed=done, total=total or None)

        yield listen


def load_as_json(result: "LoadResult") -> dict[str, Any]:
    """What ``load --json`` prints: receipts by status, the release or null, seconds by stage."""
    outcome = result.outcome
    return {
        "load_id": outcome.load_id if outcome else None,
        "receipts": outcome.receipts if outcome else {},
        "findings": outcome.findings if outcome else {},
        "rows": outcome.rows_by_form if outcome else {},
        "answers": result.answers,
        "messages": result.deliveries.counts() if result.deliveries else {},
        "release_id": result.release.release_id if result.release else None,
        "seconds": result.seconds,
        "failure": result.failure,
    }


def show_load(console: PlainConsole, result: "LoadResult", home: Home) -> None:
    """The summary at the end of a load."""
    if result.outcome is not None:
        _show_receipts(console, result)
        show_answers(console, result)
    if result.release is not None:
        table = Table("published table", "rows", box=None, pad_edge=False)
        for name, rows in sorted(result.release.rows.items()):
            table.add_row(name, f"{rows:,}")
        console.print(table)
        console.print(f"Release {result.release.release_id}: {home.reporting_database}")
    stages = "  ".join(f"{stage} {spent:.1f}s" for stage, spent in result.seconds.items())
    console.print(f"Seconds: {stages}")
    if result.failure is not None:
        console.print("The load failed; the last good release stays in place.", style="red")
        console.print(result.failure)


def _show_receipts(console: PlainConsole, result: "LoadResult") -> None:
    outcome = result.outcome
    if outcome is None:
        return
    for warning in outcome.warnings:
        console.print(warning, style="yellow")
    if not outcome.receipts:
        console.print("No new files in the inbox.")
    for status, count in outcome.receipts.items():
        console.print(f"{count:>6,}  {_STATUSES.get(status, status)}")
    for unit, file_name, because in outcome.refused[:_MOST_SHOWN]:
        console.print(one_line(f"        {unit} {file_name}: {because}"))
    if len(outcome.refused) > _MOST_SHOWN:
        rest = len(outcome.refused) - _MOST_SHOWN
        console.print(f"        … and {rest} more: select * from marts.fct_submissions")


def show_answers(console: PlainConsole, result: "LoadResult") -> None:
    """What went back to the submitters."""
    if result.answers:
        console.print(f"{result.answers:>6,}  answers 答复 → feedback/")
    if result.unmarked:
        console.print(
            f"{result.unmarked:>6,}  of them could not mark the file itself; see what was logged",
            style="yellow",
        )
    if result.deliveries is not None:
        show_deliveries(console, result.deliveries)


def show_deliveries(console: PlainConsole, report: "DeliveryReport") -> None:
    """What was sent, and what stands in the outbox."""
    for state, count in report.counts().items():
        if count:
            console.print(f"{count:>6,}  messages {state}")


def show_messages(console: PlainConsole, listed: Sequence["Waiting"]) -> None:
    """The messages that wait, a line each, with the reason."""
    if not listed:
        console.print("No message waits.")
    for message in listed:
        since = f"{message.created_at:%Y-%m-%d %H:%M}"
        told = (message.unit_code, message.kind, message.channel or "—", message.state, since)
        reason = f"{message.attempts} tries; {message.last_error or ''}".rstrip("; ")
        console.print(one_line("  ".join((*told, reason))))


def trial_as_json(trial: "Trial") -> dict[str, Any]:
    """What ``rules try --json`` prints."""
    return {
        "rule_id": trial.rule.rule_id,
        "rule_version": trial.rule.version,
        "severity": trial.rule.severity,
        "returns": trial.returns,
        "failed": trial.failed,
        "newly_refused": trial.newly_refused,
        "by_unit": [vars(row) for row in trial.by_unit],
        "findings": [
            {"receipt_id": finding.receipt_id, **_finding_as_json(finding)}
            for finding in trial.findings
        ],
    }


def show_trial(console: PlainConsole, trial: "Trial") -> None:
    """How a rule would have fared, by unit and form, with the first findings."""
    rule = trial.rule
    console.print(f"{rule.rule_id} v{rule.version} {rule.title} ({rule.severity})")
    console.print(
        f"{trial.failed} of {trial.returns} returns would have failed"
        f" ({len(trial.findings)} findings); {trial.newly_refused} accepted ones would have been refused.",
        markup=False,
    )
    table = Table("unit", "form", "returns", "failed", "findings", box=None, pad_edge=False)
    for row in trial.by_unit:
        counts = (f"{number:,}" for number in (row.returns, row.failed, row.findings))
        table.add_row(row.unit_code, row.form_id or "—", *counts)
    console.print(table)
    for finding in trial.findings[:_MOST_SHOWN]:
        console.print(one_line(f"  {finding.receipt_id}  {finding.message}"))


def show_where_to_look(console: PlainConsole, home: Home) -> None:
    """The last lines of ``make run``."""
    console.print("\nWhere to look", style="bold")
    console.print(f"  {home.reporting_database}")
    console.print("  any SQL tool, or: .venv/bin/python")
    console.print(
        "    import duckdb; con = duckdb.connect("
        f"{str(home.reporting_database)!r}, read_only=True)\n"
        '    con.sql("from marts.fct_investment where period = '
        '(select max(period) from marts.fct_investment) limit 10")',
        markup=False,
    )
    console.print(f"  taizhang audit --home {home.root}    proves that nothing was lost")
    console.print(f"  taizhang dev --home {home.root}      opens the Dagster UI")


def show_audit(console: PlainConsole, proofs: Sequence["Proof"]) -> None:
    """Each proof with what it counted; every fault on a line of its own."""
    for proof in proofs:
        mark = "ok    " if proof.holds else "FAULT "
        console.print(f"{mark}{proof.title} ({proof.counted:,})")
        for line in (*proof.faults, *proof.notes):
            console.print(one_line(f"         {line}"))
    if all(proof.holds for proof in proofs):
        console.print("Nothing is unaccounted for.")


def check_as_json(result: "CheckResult") -> dict[str, Any]:
    """What ``check --json`` prints."""
    return {
        "form_id": result.form_id,
        "period": result.period,
        "rows": result.rows,
        "findings": [_finding_as_json(finding) for finding in result.findings],
    }


def _finding_as_json(finding: "Finding") -> dict[str, Any]:
    place = finding.place
    return {
        "rule_id": finding.rule_id,
        "rule_version": finding.rule.version,
        "severity": finding.severity,
        "sheet": place.sheet,
        "cell": place.cell,
        "field": place.field,
        "project_name": place.project_name,
        "value_found": finding.value_found,
        "value_expected": finding.value_expected,
        "message": finding.message,
        "waived_by": finding.waived_by,
    }


def show_check(console: PlainConsole, result: "CheckResult") -> None:
    """The findings of a dry run in the order of the sheet: a table for people, lines for a pipe."""
    title = result.form_title or "认不出的表"
    console.print(f"{title}  {result.period or '报告期不明'}  {result.rows} 行")
    words = {"error": "错误", "warning": "疑问", "information": "提示"}
    if not result.findings:
        console.print("没有发现问题。")
    elif console.is_terminal:
        table = Table("级别", "位置", "项目", "意见", show_lines=True)
        for finding in result.findings:
            place = finding.place
            where = " ".join(part for part in (place.sheet, place.cell) if part)
            cells = (where, place.project_name or "", finding.message)
            texts = (Text(one_line(cell), overflow="fold") for cell in cells)
            table.add_row(words[finding.severity], *texts)
        console.print(table, soft_wrap=False)
    else:
        for finding in result.findings:
            console.print(one_line(f"[{words[finding.severity]}] {finding.message}"))
    if result.exit_code:
        console.print("有错误，报送后会被退回；请改正后再报送。")
    elif result.findings:
        console.print("没有错误，可以报送；疑问请核对。")


def show_explanation(console: PlainConsole, explanation: "Explanation") -> None:
    """Why a score or a light is what it is: each part with its title above."""
    console.print(explanation.heading, style="bold")
    for title, text in explanation.parts:
        console.print(f"\n【{title}】")
        console.print(text)
