"""The asset of everything Python writes: receipts, cells, rows, findings, versions in force."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from pipelines.database import Connection, open_for_writing, quote_name
from pipelines.declarations.forms import Form
from pipelines.declarations.rules import RuleBook
from pipelines.ledger.loading import LoadOutcome, load_returns
from pipelines.ledger.registry import DECLARED_TABLES
from pipelines.orchestration.freshness import daily_freshness
from pipelines.orchestration.jobs import LOAD_TAG
from pipelines.orchestration.layers import CSV, DECLARATIONS, DUCKDB, EXCEL, LEDGER, RULES, spec
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.rule_checks import (
    Judged,
    check_results,
    check_specs,
    last_judgements,
)
from pipelines.settings import Home

POOL = "ledger"
_JUDGED_BY_RULES = ("findings", "rule_outcomes", "open_questions", "finding_replies")
_LEDGER_TABLES = {
    "receipts": "每个收到的文件一行。 One row per received file.",
    "sheets": "每张工作表的行数账。 One row per sheet: what its rows were taken for.",
    "columns": "每列认作什么。 One row per column of a located table.",
    "cells": "每个非空单元格的原文。 One row per non-empty cell, as read.",
    "normalisations": "值在转换中的步骤。 One row per value that was changed on the way.",
    "findings": "每条校验意见。 One row per finding.",
    "rules": "校验规则目录。 The rule catalogue.",
    "rule_versions": "规则的各个版本。 What every version of a rule demanded.",
    "rule_outcomes": "每份报表上每条规则的结果。 The outcome of every rule on every return.",
    "replies": "填报人对疑问的说明。 What submitters answered to questions.",
    "photographs": "每张受理的照片一行。 One row per accepted photograph.",
    "finding_replies": "已有说明的疑问。 Questions that have a reply.",
    "open_questions": "待说明的疑问。 Questions of returns in force without a reply.",
    "loads": "每次装载一行。 One row per load.",
    "returns_in_force": "每个单位、报表、期别的有效版本。 The version in force of each slot.",
}
_DECLARED = "各区自己的表，每次装载整体替换。 A table the district declares, replaced as a whole at every load."
# Made from what is declared, and stored with it.
_DERIVED = ("config.due_dates", "config.personal_fields")

_RECEIPTS = dg.AssetKey(["raw", "receipts"])
# Who may send what: with it the way of the data begins, on the pages too.
_SENDERS = [dg.AssetKey(["config", "units"]), dg.AssetKey(["config", "reporting_plan"])]


def returns_asset(
    forms: Sequence[Form], rules: RuleBook, home: Home, with_checks: bool
) -> dg.AssetsDefinition:
    """The asset that takes, reads, judges and settles what arrived; a check for every rule, where anybody looks at checks."""
    checks = list(check_specs(forms, rules)) if with_checks else []
    specs = list(_asset_specs(forms, home))

    @dg.multi_asset(
        name="returns",
        specs=specs,
        check_specs=[check for check, _, _ in checks],
        pool=POOL,
        retry_policy=RETRIES,
    )
    def returns(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        with failing_plainly(home.is_patient), home.writing(results.say):
            home.home.unanswered_mark.touch(mode=0o600)
            outcome = load_returns(home.home, home.catalogue, home.read_now(), results.listener)
            judged, rows = _look_back(home.home) if with_checks else ({}, {})
        results.outcome = outcome
        context.instance.add_run_tags(context.run_id, {LOAD_TAG: outcome.load_id})
        context.log.info(f"receipts: {outcome.receipts}; findings: {outcome.findings}")
        for one in specs:
            yield dg.MaterializeResult(
                asset_key=one.key, metadata=_metadata(home.home, one.key, outcome, rows)
            )
        trial = home.catalogue.settings.rules.trial
        yield from check_results(judged, checks, home.home.feedback, trial)

    return returns


def _asset_specs(forms: Sequence[Form], home: Home) -> Iterator[dg.AssetSpec]:
    for table in (*DECLARED_TABLES, *_DERIVED):
        key = dg.AssetKey(table.split("."))
        yield spec(key, DECLARATIONS, _DECLARED, {CSV, DUCKDB})
    for name, description in _LEDGER_TABLES.items():
        yield spec(
            dg.AssetKey(["raw", name]),
            LEDGER,
            description,
            {DUCKDB, RULES} if name in _JUDGED_BY_RULES else {DUCKDB},
            deps=_SENDERS if name == "receipts" else [_RECEIPTS],
            freshness=daily_freshness(home) if name == "receipts" else None,
        )
    for form in forms:
        yield spec(
            dg.AssetKey(["raw", form.form_id]),
            LEDGER,
            f"{form.header.title}的各行，照报送的原样。 The rows of {form.form_id}, as submitted.",
            {EXCEL, DUCKDB, RULES},
            deps=[_RECEIPTS],
            code_version=hashlib.sha256(repr(form).encode()).hexdigest()[:12],
        )


def _look_back(home: Home) -> tuple[dict[tuple[str, str | None], Judged], dict[str, int]]:
    """What the rules say, and the rows of every table of the ledger."""
    with open_for_writing(home.work_database) as connection:
        return last_judgements(connection), _rows(connection)


def _rows(connection: Connection) -> dict[str, int]:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name in ('raw', 'config', 'reference')"
    ).fetchall()
    counted = " union all ".join(
        f"select '{schema}.{table}', count(*) from {quote_name(schema)}.{quote_name(table)}"
        for schema, table in tables
    )
    return dict(connection.execute(counted).fetchall())


def _metadata(
    home: Home, key: dg.AssetKey, outcome: LoadOutcome, rows: Mapping[str, int]
) -> dict[str, Any]:
    schema, name = key.path
    metadata: dict[str, Any] = {"load_id": outcome.load_id}
    if f"{schema}.{name}" in rows:
        metadata["dagster/row_count"] = rows[f"{schema}.{name}"]
    if name in outcome.rows_by_form:
        metadata["rows_accepted"] = outcome.rows_by_form[name]
    if name == "receipts":
        metadata |= {f"receipts_{status}": count for status, count in outcome.receipts.items()}
        metadata["archive"] = dg.MetadataValue.path(str(home.archive))
    if name == "findings":
        metadata |= {f"findings_{severity}": count for severity, count in outcome.findings.items()}
        metadata["answers"] = dg.MetadataValue.path(str(home.feedback))
    return metadata
