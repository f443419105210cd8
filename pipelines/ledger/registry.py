"""Putting the declared tables into the work database, replaced whole at every load."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipelines.database import Connection, quote_text, transaction
from pipelines.declarations.district import DistrictTables
from pipelines.declarations.forms import Form
from pipelines.declarations.links import LEDGER
from pipelines.declarations.packages import PACKAGE, PACKAGE_TITLE
from pipelines.declarations.photographs import PHOTOGRAPH, PHOTOGRAPH_TITLE
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.ledger.decisions import correction_rows, waiver_rows
from pipelines.ledger.policies import policy_tables
from pipelines.settings import PROJECT_ROOT, HomeSettings

REFERENCE_FOLDER = PROJECT_ROOT / "sources" / "reference"
CALENDAR_FILE = REFERENCE_FOLDER / "working_calendar.csv"
# Every table this module replaces; the rule catalogue lies with the findings it explains.
DECLARED_TABLES = (
    "config.district",
    "config.policy",
    "config.forms",
    "config.weekly_minimums",
    "config.units",
    "config.unit_names",
    "config.reporting_plan",
    "config.links",
    "config.project_links",
    "config.waivers",
    "config.corrections",
    "config.indicators",
    "config.score_rules",
    "config.score_bands",
    "config.score_rank_points",
    "config.score_exemptions",
    "config.size_weights",
    "config.light_rules",
    "config.awards",
    "config.vetoes",
    "config.phased_plan",
    "config.size_bands",
    "reference.administrative_divisions",
    "reference.industry_sections",
    "reference.industry_divisions",
    "reference.working_calendar",
    "reference.return_states",
)
_REFERENCE_TABLES = (
    "administrative_divisions",
    "industry_sections",
    "industry_divisions",
    "working_calendar",
    "return_states",
    "size_bands",
)


def store_declarations(
    connection: Connection,
    settings: HomeSettings,
    district: DistrictTables,
    rules: RuleBook,
    forms: Sequence[Form],
) -> None:
    """Replace ``config``, ``reference`` and the rule catalogue by what is declared now.

    Raises DeclarationError for a correction whose values do not read as its field's kind.
    """
    with transaction(connection):
        _store_settings(connection, settings)
        _store_district(connection, district)
        _store_decisions(connection, district, forms)
        for table, rows in policy_tables(district.policies).items():
            _replace(connection, table, rows)
        _store_forms(connection, forms)
        _store_rules(connection, rules, forms)
        _store_reference(connection, REFERENCE_FOLDER)


def _store_settings(connection: Connection, settings: HomeSettings) -> None:
    district, policy = settings.district, settings.policy
    _replace(
        connection,
        "config.district",
        [
            (
                district.name, district.code, district.reporting_year, district.timezone,
                policy.time_progress, policy.lights, policy.publish_names,
            )
        ],
    )  # fmt: skip
    _replace(
        connection,
        "config.policy",
        [
            (
                policy.fai_threshold_wanyuan,
                policy.reconciliation_tolerance_wanyuan,
                policy.proposal_similarity,
                policy.minimum_published_count,
                policy.node_reminder_days,
                policy.notice_grace_days,
                policy.notice_repeat_days,
                policy.entry_explanation_wanyuan,
            )
        ],
    )


def _store_district(connection: Connection, district: DistrictTables) -> None:
    _replace(
        connection,
        "config.units",
        [
            (
                u.unit_code, u.unit_name, u.unit_type, ";".join(u.aliases) or None, u.assessed,
                u.group, u.contacts, u.valid_from, u.valid_to,
            )
            for u in district.units
        ],
    )  # fmt: skip
    _replace(connection, "config.unit_names", sorted(district.units_by_name.items()))
    _replace(
        connection,
        "config.reporting_plan",
        [
            (
                d.form_id, d.unit_code, d.cadence, d.due_rule, d.first_period, d.last_period,
                d.skip_months,
            )
            for d in district.plan
        ],
    )  # fmt: skip
    _replace(connection, "config.project_links", sorted(linked_projects(district).items()))
    _replace(
        connection,
        "config.links",
        [
            (
                link.left_source, link.left_id, link.right_source, link.right_id,
                link.decided_by, link.decided_at, link.note, link.decision,
            )
            for link in district.links
        ],
    )  # fmt: skip


def _store_decisions(
    connection: Connection, district: DistrictTables, forms: Sequence[Form]
) -> None:
    by_id = {form.form_id: form for form in forms}
    _replace(connection, "config.waivers", waiver_rows(district.waivers))
    _replace(connection, "config.corrections", correction_rows(district.corrections, by_id))


def _store_forms(connection: Connection, forms: Sequence[Form]) -> None:
    """The declared forms, and what receipts call photographs and packages in place of one."""
    declared = [
        (f.form_id, f.header.title, f.header.period, f.header.restricted, f.header.subject)
        for f in forms
    ]
    photographs = (PHOTOGRAPH, PHOTOGRAPH_TITLE, "any", False, PHOTOGRAPH)
    packages = (PACKAGE, PACKAGE_TITLE, "any", False, PACKAGE)
    _replace(connection, "config.forms", [*declared, photographs, packages])
    persons = [
        (f.form_id, field.name, field.personal)
        for f in forms
        for field in f.fields
        if field.personal
    ]
    _replace(connection, "config.personal_fields", persons)


def linked_projects(district: DistrictTables) -> dict[str, str]:
    """Every code linked to another ledger project → the least code of its group.

    Links hold in both directions and from link to link.
    """
    groups: dict[str, set[str]] = {}
    for link in district.links:
        if link.decision != "confirmed" or {link.left_source, link.right_source} != {LEDGER}:
            continue
        merged = groups.get(link.left_id, {link.left_id}) | groups.get(
            link.right_id, {link.right_id}
        )
        groups |= dict.fromkeys(merged, merged)
    return {code: min(group) for code, group in groups.items()}


def _store_rules(connection: Connection, rules: RuleBook, forms: Sequence[Form]) -> None:
    by_id = {form.form_id: form for form in forms}
    _replace(
        connection,
        "raw.rules",
        [
            (
                rule.rule_id, rule.version, form_id, rule.frame, rule.level, rule.severity,
                rule.severity_with_reason, rule.trial, rule.field,
                _fields_of(rule, [by_id[form_id]] if form_id in by_id else forms),
                rule.title, rule.tolerance, rule.message, rule.remedy, rule.example, rule.reason,
                rule.machine_text, rule.valid_from, rule.valid_to,
            )
            for form_id, rule in rules.catalogue()
        ],
    )  # fmt: skip
    _note_rule_versions(connection, rules)


def _fields_of(rule: Rule, forms: Sequence[Form]) -> str | None:
    """The fields a rule looks at, over all forms it is for."""
    return ",".join(dict.fromkeys(n for form in forms for n in rule.needed_fields(form))) or None


def _note_rule_versions(connection: Connection, rules: RuleBook) -> None:
    """Keep what a rule said, from the first load that met it; a mere rewording is kept as well.

    Whether a district only tries a rule out is its own setting and no part of what the rule says.
    """
    declared = rules.all_rules()
    connection.execute(
        """
        insert into raw.rule_versions
        select d.rule_id, d.rule_version, (select max_by(load_id, now_at) from raw.loads), d.definition
        from (
            select unnest(cast($ids as varchar[])) as rule_id,
                unnest(cast($versions as integer[])) as rule_version,
                unnest(cast($definitions as varchar[])) as definition) as d
        anti join raw.rule_versions as k on d.rule_id = k.rule_id
            and d.rule_version = k.rule_version and d.definition = k.definition
        """,
        {
            "ids": [rule.rule_id for rule in declared],
            "versions": [rule.version for rule in declared],
            "definitions": [
                rule.model_dump_json(exclude={"trial"}, exclude_defaults=True) for rule in declared
            ],
        },
    )


def _store_reference(connection: Connection, folder: Path) -> None:
    for table in _REFERENCE_TABLES:
        schema = "config" if table == "size_bands" else "reference"
        source = quote_text(str(folder / f"{table}.csv"))
        connection.execute(f"delete from {schema}.{table}")
        connection.execute(
            f"insert into {schema}.{table} by name"
            f" from read_csv({source}, header = true, all_varchar = true, nullstr = '')"
        )


def _replace(connection: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Replace all rows of a table, column by column: a plan has thousands of rows, and they come in at once."""
    connection.execute(f"delete from {table}")
    columns = [list(values) for values in zip(*rows, strict=True)]
    if columns:
        kinds = [kind for _, kind, *_ in connection.execute(f"describe {table}").fetchall()]
        lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in kinds)
        connection.execute(f"insert into {table} select {lists}", columns)
