"""Putting assets, job, schedule, sensor and resources together over one home."""

import dagster as dg

from pipelines.declarations.forms import load_forms
from pipelines.declarations.rules import load_rules
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER
from pipelines.orchestration.automation import daily_schedule, inbox_sensor, load_job
from pipelines.orchestration.logs import FILE_LOG, file_log
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import returns_asset
from pipelines.orchestration.warehouse import dbt_asset, release_asset

DEFAULT_TIMEZONE = "Asia/Shanghai"


def build_definitions(home: HomeResource, results: RunResults) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors over one home."""
    forms = load_forms(FORMS_FOLDER)
    rules = load_rules(RULES_FOLDER, forms)
    marts = dbt_asset()
    job = load_job()
    return dg.Definitions(
        assets=[returns_asset(forms, rules), marts, release_asset(marts)],
        jobs=[job],
        schedules=[daily_schedule(job, DEFAULT_TIMEZONE)],
        sensors=[inbox_sensor(job)],
        resources={"home": home, "results": results},
        loggers={"console": dg.colored_console_logger, FILE_LOG: file_log},
    )
