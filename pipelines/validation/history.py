"""Rules against earlier returns, set-based, over one wave of returns at a time.

A wave is what may be judged together: the ledgers first, then one period of one version after the
other (contract §7). The rules are SQL in ``expectations/``; the relations they may read are made
in ``wave_relations``. Nothing here writes a permanent table.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pipelines.database import Connection, quote_text
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import Rule
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.form_rows import FormRows
from pipelines.validation.known_projects import prepare_registry
from pipelines.validation.wave_relations import EARLIER_ROWS, WaveRelations
from pipelines.validation.waves import Extent, Wave


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


class History:
    """The rules against earlier returns, over the waves of a load.

    ``extents`` are those of the waves of each form that come.
    """

    def __init__(self, connection: Connection, extents: Mapping[str, Extent]) -> None:
        self._connection = connection
        self._relations = WaveRelations(connection, extents)
        self._rows: dict[str, FormRows] = {}
        self.renew_registry()

    def renew_registry(self) -> None:
        """Read anew what is known of the ledgers: at the beginning, and when a wave of them stands in the ledger."""
        prepare_registry(self._connection)
        self._relations.forget()

    def judge(self, wave: Wave, rules: Sequence[Rule]) -> WaveFindings:
        """Evaluate the history rules of a form over a wave; they are the same for all waves of the form."""
        history = [rule for rule in rules if rule.sql is not None]
        if not history:
            return WaveFindings((), (), {})
        rows = self._rows.setdefault(wave.form.form_id, FormRows(wave.form, tuple(history)))
        there = self._relations.prepare(wave, rows)
        findings = [
            finding for rule in self._failed(history) for finding in self._findings(wave.form, rule)
        ]
        compared = self._compared(there)
        return WaveFindings(
            tuple(findings),
            tuple(rule.rule_id for rule in history),
            {rule.rule_id: _without_earlier(rule, list(wave.units), compared) for rule in history},
        )

    def settle(self, wave: Wave, accepted: Sequence[str], superseded: Sequence[str]) -> None:
        """What later waves are to be compared with: those of a wave that were accepted, without those superseded."""
        self._relations.settle(wave, accepted, superseded)

    def _failed(self, rules: Sequence[Rule]) -> list[Rule]:
        """The rules that find something. Most find nothing, and to locate nothing takes longer than to find it."""
        asked = " union all ".join(
            f"select {number} where exists (select 1 from ({rule.sql}))"
            for number, rule in enumerate(rules)
        )
        return [rules[number] for (number,) in sorted(self._connection.execute(asked).fetchall())]

    def _compared(self, relations: Sequence[str]) -> dict[str, set[str]]:
        """By relation of earlier rows, the returns for which there are any."""
        compared: dict[str, set[str]] = {}
        if relations:
            asked = " union all ".join(
                f"select distinct {quote_text(name)}, for_receipt from {name}" for name in relations
            )
            for name, receipt_id in self._connection.execute(asked).fetchall():
                compared.setdefault(name, set()).add(receipt_id)
        return compared

    def _findings(self, form: Form, rule: Rule) -> list[Finding]:
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
            for (
                receipt_id, sheet, row_number, field, cell, found, expected, has_reason, project_name,
            ) in self._connection.execute(_located(rule, form)).fetchall()
        ]  # fmt: skip


def _without_earlier(
    rule: Rule, receipts: Sequence[str], compared: Mapping[str, AbstractSet[str]]
) -> frozenset[str]:
    """The returns with no row in any of the relations of earlier rows that the rule reads."""
    read = [name for name in EARLIER_ROWS if name in rule.machine_text]
    if not read:
        return frozenset()
    return frozenset(receipts).difference(*(compared.get(name, ()) for name in read))


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
