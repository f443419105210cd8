"""Putting assets, checks, jobs, schedules, sensors and resources together over one home."""

import dagster as dg

from pipelines.declarations.forms import load_forms
from pipelines.declarations.rules import load_rules
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER
from pipelines.orchestration.answers import answers_asset, messages_asset
from pipelines.orchestration.jobs import (
    answer_job,
    delivery_job,
    load_job,
    rebuilding_job,
    revalidation_job,
)
from pipelines.orchestration.logs import FILE_LOG, file_log
from pipelines.orchestration.period_figures import figures_asset
from pipelines.orchestration.period_partitions import month_partitions
from pipelines.orchestration.period_revalidation import revalidation_asset
from pipelines.orchestration.release_asset import release_asset
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import returns_asset
from pipelines.orchestration.rhythms import (
    catch_up_sensor,
    daily_schedule,
    delivery_schedule,
    inbox_sensor,
)
from pipelines.orchestration.run_retention import retention_sensor
from pipelines.orchestration.supervision import supervision_asset
from pipelines.orchestration.warehouse import dbt_asset
from pipelines.orchestration.watchkeeping import (
    failure_sensor,
    health_sensor,
    orphan_sensor,
    telling_job,
)


def build_definitions(home: HomeResource, results: RunResults) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors over one home."""
    forms = load_forms(FORMS_FOLDER)
    rules = load_rules(RULES_FOLDER, forms)
    place = home.home
    returns, marts = returns_asset(forms, rules, place), dbt_asset()
    answers, messages = answers_asset(place), messages_asset()
    months = month_partitions(place)
    revalidation, figures = revalidation_asset(months), figures_asset(months)
    whole, quick = load_job(), answer_job([returns, answers, messages])
    delivery, telling = delivery_job(messages), telling_job()
    return dg.Definitions(
        assets=[
            returns, answers, messages, marts, release_asset(marts, place), supervision_asset(),
            revalidation, figures,
        ],
        jobs=[
            whole, quick, delivery, telling, revalidation_job(revalidation),
            rebuilding_job(figures),
        ],
        schedules=[daily_schedule(whole, place), delivery_schedule(delivery, place)],
        sensors=[
            inbox_sensor(quick), catch_up_sensor(whole), failure_sensor(telling),
            health_sensor(telling), orphan_sensor(), retention_sensor(),
        ],
        resources={"home": home, "results": results},
        loggers={"console": dg.colored_console_logger, FILE_LOG: file_log},
    )  # fmt: skip
