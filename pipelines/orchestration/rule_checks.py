"""Every rule as a check of the asset it judges, and what the ledger says of it after a load.

A check speaks of the returns of the last load in which the rule was applied at all: a day on which nothing came
does not turn a red check green. A refused return is a normal outcome: a check that fails holds nothing up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.database import Connection
from pipelines.declarations.forms import Form
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.text import one_line

_FIRST = 10
# What stands in the check's table in the place of a restricted return's names and figures (contract §6.7).
_WITHHELD = "受限，见 statistics.duckdb"
RuleCheck = tuple[dg.AssetCheckSpec, Rule, str | None]


@dataclass(frozen=True)
class Shown:
    """One finding as a check shows it."""

    unit_code: str
    file_name: str
    cell: str
    message: str
    receipt_id: str


@dataclass
class Judged:
    """A rule's last application to one form: the returns it judged, its findings and the first of them."""

    load_id: str = ""
    returns: int = 0
    findings: int = 0
    first: list[Shown] = field(default_factory=list)


def check_specs(forms: Sequence[Form], rules: RuleBook) -> Iterator[RuleCheck]:
    """A check per rule: on the receipts, or on the rows of each form it applies to."""
    for rule in rules.shared:
        if rule.frame in ("returns", "columns"):
            yield _spec(rule, "receipts"), rule, None
        else:
            for form in forms:
                if rule.layout in (None, form.header.layout):
                    yield _spec(rule, form.form_id), rule, form.form_id
    for form_id, listed in rules.by_form.items():
        table = "photographs" if form_id == PHOTOGRAPH else form_id
        for rule in listed:
            yield _spec(rule, table), rule, form_id


def last_judgements(connection: Connection) -> dict[tuple[str, str | None], Judged]:
    """What every rule found when it was last applied, by rule and form."""
    judged: dict[tuple[str, str | None], Judged] = {
        (rule_id, form_id): Judged(load_id, returns, findings)
        for rule_id, form_id, load_id, returns, findings in connection.execute(_LAST).fetchall()
    }
    for rule_id, form_id, *shown in connection.execute(_FIRST_FINDINGS).fetchall():
        if (rule_id, form_id) in judged:
            judged[rule_id, form_id].first.append(Shown(*shown))
    return judged


def check_results(
    judged: Mapping[tuple[str, str | None], Judged],
    checks: Sequence[RuleCheck],
    feedback: Path,
    trial: Collection[str],
) -> Iterator[dg.AssetCheckResult]:
    """The result of every check: an error's rule in red, a warning's or one on ``trial`` in yellow; none fails the run."""
    by_rule: defaultdict[str, list[tuple[str | None, Judged]]] = defaultdict(list)
    for (rule_id, form_id), one in judged.items():
        by_rule[rule_id].append((form_id, one))
    for spec, rule, form_id in checks:
        found = [
            one for judged_form, one in by_rule[rule.rule_id] if form_id in (None, judged_form)
        ]
        refuses = rule.severity == "error" and rule.rule_id not in trial
        yield _result(spec, rule, found, feedback, refuses)


def _spec(rule: Rule, table: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=rule.rule_id.replace("-", "_"),
        asset=dg.AssetKey(["raw", table]),
        description=f"{rule.title}。{rule.reason}",
        metadata={"rule": rule.rule_id, "severity": rule.severity, "remedy": rule.remedy},
    )


def _result(
    spec: dg.AssetCheckSpec, rule: Rule, found: Sequence[Judged], feedback: Path, refuses: bool
) -> dg.AssetCheckResult:
    last = max((one.load_id for one in found), default="")
    latest = [one for one in found if one.load_id == last]
    findings = sum(one.findings for one in latest)
    metadata: dict[str, Any] = {
        "findings": findings,
        "returns_judged": sum(one.returns for one in latest),
        "severity": rule.severity,
        "rule": rule.rule_id,
    }
    if last:
        metadata["load_id"] = last
    first = [shown for one in latest for shown in one.first][:_FIRST]
    if first:
        metadata["first_findings"] = dg.MetadataValue.md(_table(first))
        metadata["answer"] = dg.MetadataValue.path(
            str(feedback / first[0].unit_code / first[0].receipt_id)
        )
    return dg.AssetCheckResult(
        passed=findings == 0,
        check_name=spec.name,
        asset_key=spec.asset_key,
        severity=dg.AssetCheckSeverity.ERROR if refuses else dg.AssetCheckSeverity.WARN,
        description=_words(findings, last, first) if findings else None,
        metadata=metadata,
    )


def _words(findings: int, load_id: str, first: Sequence[Shown]) -> str:
    """What stands beside the check: how many, and the first of them, so that nobody has to open the table for it."""
    told = f"{findings} finding(s) in the returns of load {load_id}."
    for shown in first[:1]:
        told += f" {_cell(shown.unit_code)} · {_cell(shown.file_name)} · {_cell(shown.message)}"
    return told


def _table(shown: Sequence[Shown]) -> str:
    rows = "\n".join(
        f"| {_cell(one.unit_code)} | {_cell(one.file_name)} | {_cell(one.cell)} | {_cell(one.message)} |"
        f" feedback/{_cell(one.unit_code)}/{one.receipt_id} |"
        for one in shown
    )
    return "| 单位 | 文件 | 单元格 | 意见 | 答复 |\n|---|---|---|---|---|\n" + rows


def _cell(text: str) -> str:
    """A stranger's words inside a table: one line in which nothing is a column, a tag or a link."""
    plain = one_line(text).replace("|", "｜").replace("<", "＜").replace(">", "＞")
    return plain.replace("[", "［").replace("]", "］").replace("`", "ˋ").replace("://", "：//")


# Load ids begin with the moment of the load, so that the greatest is the last.
_LAST_LOADS = """
applied as (
    select o.rule_id, r.form_id, o.load_id, count(*) as judged_returns
    from raw.rule_outcomes as o
    inner join raw.receipts as r on o.receipt_id = r.receipt_id
    where o.outcome <> 'NA'
    group by all
),

last_applied as (
    from applied
    qualify row_number() over (partition by rule_id, form_id order by load_id desc) = 1
),

found as (
    select l.rule_id, l.form_id, l.load_id, f.*
    from last_applied as l
    inner join (
        select
            f.rule_id as found_by, f.severity, f.cell, f.message, f.receipt_id, f.row_number,
            f.sheet, r.form_id as found_on, r.load_id as found_in, r.unit_code, r.file_name,
            r.is_restricted
        from raw.findings as f
        inner join raw.receipts as r on f.receipt_id = r.receipt_id) as f
        on l.rule_id = f.found_by and l.form_id is not distinct from f.found_on
            and l.load_id = f.found_in
)
"""
_LAST = f"""
with {_LAST_LOADS}

select
    l.rule_id, l.form_id, l.load_id, l.judged_returns,
    (select count(*) from found as f
    where f.rule_id = l.rule_id and f.form_id is not distinct from l.form_id)
from last_applied as l
"""
_FIRST_FINDINGS = f"""
with {_LAST_LOADS}

select
    rule_id, form_id, unit_code,
    case when is_restricted then '{_WITHHELD}' else file_name end,
    case when is_restricted then '' else coalesce(cell, '') end,
    case when is_restricted then '{_WITHHELD}' else message end,
    receipt_id
from found
qualify row_number() over (
    partition by rule_id, form_id order by receipt_id, sheet, row_number nulls first, cell
) <= {_FIRST}
order by rule_id, form_id, receipt_id, sheet, row_number nulls first, cell
"""
