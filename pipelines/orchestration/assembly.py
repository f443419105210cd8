"""Putting assets, job, schedule, sensor and resources together over one home."""

import dagster as dg

from pipelines.declarations.forms import load_forms
from pipelines.declarations.rules import load_rules
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER
from pipelines.orchestration.answers import answers_asset, messages_asset
from pipelines.orchestration.automation import (
    answer_job,
    daily_schedule,
    delivery_job,
    delivery_schedule,
    inbox_sensor,
    load_job,
)
from pipelines.orchestration.logs import FILE_LOG, file_log
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import returns_asset
from pipelines.orchestration.supervision import supervision_asset
from pipelines.orchestration.warehouse import dbt_asset, release_asset
from pipelines.settings import DEFAULT_TIMEZONE


def build_definitions(home: HomeResource, results: RunResults) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors over one home."""
    forms = load_forms(FORMS_FOLDER)
    rules = load_rules(RULES_FOLDER, forms)
    returns, marts = returns_asset(forms, rules), dbt_asset()
    answers, messages = answers_asset(), messages_asset()
    whole, quick = load_job(), answer_job([returns, answers, messages])
    delivery = delivery_job(messages)
    return dg.Definitions(
        assets=[returns, answers, messages, marts, release_asset(marts), supervision_asset()],
        jobs=[whole, quick, delivery],
        schedules=[
            daily_schedule(whole, DEFAULT_TIMEZONE),
            delivery_schedule(delivery, DEFAULT_TIMEZONE),
        ],
        sensors=[inbox_sensor(quick)],
        resources={"home": home, "results": results},
        loggers={"console": dg.colored_console_logger, FILE_LOG: file_log},
    )
