"""What commands print: text for people, JSON for programs. Decides nothing and reads nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from pipelines.settings import Home

if TYPE_CHECKING:
    from pipelines.ledger.checking import CheckResult
    from pipelines.orchestration.running import LoadResult
    from pipelines.release.audit import Proof

_STAGES = {
    "read": "reading returns",
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


@contextmanager
def stage_progress(
    console: Console, quiet: bool = False
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
        "release_id": result.release.release_id if result.release else None,
        "seconds": result.seconds,
        "failure": result.failure,
    }


def show_load(console: Console, result: "LoadResult", home: Home) -> None:
    """The summary at the end of a load."""
    if result.outcome is not None:
        _show_receipts(console, result)
    if result.release is not None:
        table = Table("published table", "rows", box=None, pad_edge=False)
        for name, rows in sorted(result.release.rows.items()):
            table.add_row(name, f"{rows:,}")
        console.print(table)
        console.print(
            f"Release {result.release.release_id}: {home.reporting_database}", markup=False
        )
    stages = "  ".join(f"{stage} {spent:.1f}s" for stage, spent in result.seconds.items())
    console.print(f"Seconds: {stages}", markup=False)
    if result.failure is not None:
        console.print("The load failed; the last good release stays in place.", style="red")
        console.print(result.failure, markup=False)


def _show_receipts(console: Console, result: "LoadResult") -> None:
    outcome = result.outcome
    if outcome is None:
        return
    if not outcome.receipts:
        console.print("No new files in the inbox.")
    for status, count in outcome.receipts.items():
        console.print(f"{count:>6,}  {_STATUSES.get(status, status)}", markup=False)
    for unit, file_name, because in outcome.refused[:_MOST_SHOWN]:
        console.print(f"        {unit} {file_name}: {because}", markup=False)
    if len(outcome.refused) > _MOST_SHOWN:
        rest = len(outcome.refused) - _MOST_SHOWN
        console.print(
            f"        … and {rest} more: select * from marts.fct_submissions", markup=False
        )


def show_where_to_look(console: Console, home: Home) -> None:
    """The last lines of ``make run``."""
    console.print("\nWhere to look", style="bold")
    console.print(f"  {home.reporting_database}", markup=False)
    console.print("  any SQL tool, or: .venv/bin/python", markup=False)
    console.print(
        "    import duckdb; con = duckdb.connect("
        f"{str(home.reporting_database)!r}, read_only=True)\n"
        '    con.sql("from marts.fct_investment where period = '
        '(select max(period) from marts.fct_investment) limit 10")',
        markup=False,
    )
    console.print(
        f"  taizhang audit --home {home.root}    proves that nothing was lost", markup=False
    )
    console.print(f"  taizhang dev --home {home.root}      opens the Dagster UI", markup=False)


def show_audit(console: Console, proofs: Sequence["Proof"]) -> None:
    """Each proof with what it counted; every fault on a line of its own."""
    for proof in proofs:
        mark = "ok    " if proof.holds else "FAULT "
        console.print(f"{mark}{proof.title} ({proof.counted:,})", markup=False)
        for fault in proof.faults:
            console.print(f"         {fault}", markup=False)
    if all(proof.holds for proof in proofs):
        console.print("Nothing is unaccounted for.")


def check_as_json(result: "CheckResult") -> dict[str, Any]:
    """What ``check --json`` prints."""
    return {
        "form_id": result.form_id,
        "period": result.period,
        "rows": result.rows,
        "findings": [
            {
                "rule_id": f.rule_id,
                "severity": f.severity,
                "sheet": f.place.sheet,
                "cell": f.place.cell,
                "field": f.place.field,
                "project_name": f.place.project_name,
                "value_found": f.value_found,
                "value_expected": f.value_expected,
                "message": f.message,
            }
            for f in result.findings
        ],
    }


def show_check(console: Console, result: "CheckResult") -> None:
    """The findings of a dry run, in the order of the sheet."""
    title = result.form_title or "认不出的表"
    console.print(f"{title}  {result.period or '报告期不明'}  {result.rows} 行", markup=False)
    words = {"error": "错误", "warning": "疑问", "information": "提示"}
    for finding in result.findings:
        console.print(f"[{words[finding.severity]}] {finding.message}", markup=False)
    if not result.findings:
        console.print("没有发现问题。")
    elif result.exit_code:
        console.print("有错误，报送后会被退回；请改正后再报送。")
    else:
        console.print("没有错误，可以报送；疑问请核对。")
