"""Rules against earlier returns, set-based, over one wave of returns at a time.

A wave is what may be judged together: the ledgers first, then one period of one version after the
other (contract §7). The rules are SQL in ``expectations/``; the relations they may read are made
in ``wave_relations``. Nothing here writes a permanent table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.database import Connection
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.wave_relations import prepare_wave

# The relations that hold other rows of the same projects, each beside the return it is for.
_EARLIER_ROWS = ("last_rows", "next_rows", "last_month_rows", "mirror_rows", "said_rows")


@dataclass(frozen=True)
class WaveFindings:
    """The findings of one wave, and which returns had nothing to be compared with, by rule."""

    findings: tuple[Finding, ...]
    evaluated: tuple[str, ...]
    nothing_to_compare: Mapping[str, frozenset[str]]


def packages_in_ledgers(connection: Connection) -> dict[str, str]:
    """Name key of every part → name key of its package, from ledgers accepted or received by this load.

    One this load has refused since, before it was cut off, counts like one it has not judged yet.
    """
    return dict(
        connection.execute(
            "select project_name_key, max(package_key) from raw.project_ledger"
            " inner join raw.receipts using (receipt_id)"
            " where package_key is not null and project_name_key is not null"
            " and (status in ('accepted', 'accepted_with_warnings', 'received')"
            " or load_id in (select load_id from raw.loads where not is_finished)) group by 1"
        ).fetchall()
    )


def judge_wave(
    connection: Connection,
    form: Form,
    receipts: Mapping[str, bool],
    rules: Sequence[Rule],
) -> WaveFindings:
    """Evaluate the history rules of one form over one wave; ``known_projects.prepare_registry`` came before.

    ``receipts`` says of each return whether it has errors already: those never take effect.
    """
    history = [rule for rule in rules if rule.sql is not None]
    if not history:
        return WaveFindings((), (), {})
    prepare_wave(connection, form, receipts, history)
    findings: list[Finding] = []
    for rule in history:
        findings += _findings_of(connection, form, rule)
    compared = {
        name: _compared_receipts(connection, name)
        for name in _EARLIER_ROWS
        if any(name in rule.machine_text for rule in history)
    }
    return WaveFindings(
        tuple(findings),
        tuple(rule.rule_id for rule in history),
        {rule.rule_id: _without_earlier(rule, receipts, compared) for rule in history},
    )


def _compared_receipts(connection: Connection, relation: str) -> frozenset[str]:
    found = connection.execute(f"select distinct for_receipt from {relation}").fetchall()
    return frozenset(receipt_id for (receipt_id,) in found)


def _without_earlier(
    rule: Rule, receipts: Mapping[str, bool], compared: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The returns with no row in any of the relations of earlier rows that the rule reads."""
    read = [name for name in _EARLIER_ROWS if name in rule.machine_text]
    if not read:
        return frozenset()
    return frozenset(receipts) - frozenset().union(*(compared[name] for name in read))


def _findings_of(connection: Connection, form: Form, rule: Rule) -> list[Finding]:
    # Most rules find nothing, and to locate nothing takes longer than to find it.
    if connection.execute(f"select 1 from ({rule.sql}) limit 1").fetchone() is None:
        return []
    rows = connection.execute(_located(rule, form)).fetchall()
    return [
        compose(
            rule,
            receipt_id,
            form,
            Place(sheet, cell, row_number, field, project_name),
            found or "",
            expected or "",
            bool(has_reason),
        )
        for receipt_id, sheet, row_number, field, cell, found, expected, has_reason, project_name in rows
    ]


def _located(rule: Rule, form: Form) -> str:
    """The rule's rows with the cell they are about: the row's, or the heading's without a row."""
    field = f"'{rule.field}'" if rule.field else "found.field"
    return f"""
        with found as ({rule.sql}),
        placed as (
            select found.receipt_id, found.sheet, found.row_number, {field} as field,
                found.value_found, found.value_expected, found.has_reason,
                w.block_no, w.{form.name_field.name} as project_name
            from found
            left join wave_rows as w on found.receipt_id = w.receipt_id
                and found.sheet = w.sheet and found.row_number = w.row_number
        )
        select p.receipt_id, p.sheet, p.row_number, p.field,
            c.column_letter || coalesce(p.row_number, c.header_row) as cell,
            p.value_found, p.value_expected, p.has_reason, p.project_name
        from placed as p
        left join raw.columns as c on p.receipt_id = c.receipt_id and p.sheet = c.sheet
            and coalesce(p.block_no, 1) = c.block_no and p.field = c.field
        qualify row_number() over (
            partition by p.receipt_id, p.sheet, p.row_number, p.field
            order by c.column_number, p.value_expected) = 1
        order by p.receipt_id, p.sheet, p.row_number, p.field
    """
