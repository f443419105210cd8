"""The asset of everything Python writes: receipts, cells, rows, findings, versions in force."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.database import open_for_writing
from pipelines.declarations.forms import Form
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.ledger.loading import LoadOutcome, load_returns
from pipelines.ledger.registry import DECLARED_TABLES
from pipelines.orchestration.resources import HomeResource, RunResults

POOL = "ledger"
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


def returns_asset(forms: Sequence[Form], rules: RuleBook) -> dg.AssetsDefinition:
    """The asset that takes, reads, judges and settles what arrived, with a check for every rule."""
    checks = list(_check_specs(forms, rules))

    @dg.multi_asset(
        name="returns",
        specs=list(_asset_specs(forms)),
        check_specs=[spec for spec, _, _ in checks],
        pool=POOL,
    )
    def returns(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        results: dg.ResourceParam[RunResults],
    ) -> Iterator[Any]:
        with home.writing(results.say):
            home.home.unanswered_mark.touch(mode=0o600)
            outcome = load_returns(home.home, home.catalogue, home.read_now(), results.listener)
            counted = _count_findings(home, outcome)
        results.outcome = outcome
        context.log.info(f"receipts: {outcome.receipts}; findings: {outcome.findings}")
        for spec in _asset_specs(forms):
            yield dg.MaterializeResult(asset_key=spec.key, metadata=_metadata(spec.key, outcome))
        yield from _check_results(counted, checks)

    return returns


def _asset_specs(forms: Sequence[Form]) -> Iterator[dg.AssetSpec]:
    for table in DECLARED_TABLES:
        yield dg.AssetSpec(
            table.split("."), description="声明的表，每次装载整体替换。", group_name="declarations"
        )
    for name, description in _LEDGER_TABLES.items():
        yield dg.AssetSpec(["raw", name], description=description, group_name="ledger")
    for form in forms:
        yield dg.AssetSpec(
            ["raw", form.form_id], description=f"{form.header.title}的各行。", group_name="ledger"
        )


def _check_specs(
    forms: Sequence[Form], rules: RuleBook
) -> Iterator[tuple[dg.AssetCheckSpec, Rule, str | None]]:
    """A check per rule: on the receipts, or on the rows of each form it applies to."""
    for rule in rules.shared:
        if rule.frame in ("returns", "columns"):
            yield _check_spec(rule, "receipts"), rule, None
        else:
            for form in forms:
                if rule.layout in (None, form.header.layout):
                    yield _check_spec(rule, form.form_id), rule, form.form_id
    for form_id, listed in rules.by_form.items():
        table = "photographs" if form_id == PHOTOGRAPH else form_id
        for rule in listed:
            yield _check_spec(rule, table), rule, form_id


def _check_spec(rule: Rule, table: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=rule.rule_id.replace("-", "_"),
        asset=dg.AssetKey(["raw", table]),
        description=f"{rule.title}。{rule.reason}",
    )


def _metadata(key: dg.AssetKey, outcome: LoadOutcome) -> dict[str, Any]:
    name = key.path[-1]
    if name in outcome.rows_by_form:
        return {"rows_accepted": outcome.rows_by_form[name]}
    if name == "receipts":
        return {f"receipts_{status}": count for status, count in outcome.receipts.items()}
    if name == "findings":
        return {f"findings_{severity}": count for severity, count in outcome.findings.items()}
    return {"load_id": outcome.load_id}


def _count_findings(home: HomeResource, outcome: LoadOutcome) -> Counter[tuple[str, str | None]]:
    """Findings of this load by rule and form."""
    with open_for_writing(home.home.work_database) as connection:
        counted = connection.execute(
            "select rule_id, form_id, count(*) from raw.findings inner join raw.receipts"
            " using (receipt_id) where load_id = ? group by all",
            [outcome.load_id],
        ).fetchall()
    return Counter({(rule_id, form_id): count for rule_id, form_id, count in counted})


def _check_results(
    counted: Counter[tuple[str, str | None]],
    checks: Sequence[tuple[dg.AssetCheckSpec, Rule, str | None]],
) -> Iterator[dg.AssetCheckResult]:
    """A finding fails the rule's check as a warning: a refused return is a normal outcome."""
    for spec, rule, form_id in checks:
        found = sum(
            count
            for (rule_id, counted_form), count in counted.items()
            if rule_id == rule.rule_id and form_id in (None, counted_form)
        )
        yield dg.AssetCheckResult(
            passed=found == 0,
            check_name=spec.name,
            asset_key=spec.asset_key,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"findings": found, "severity": rule.severity, "rule": rule.rule_id},
        )
