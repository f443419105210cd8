"""Putting assets, checks, jobs, schedules, sensors and resources together over one home."""

import dagster as dg

from pipelines.orchestration.jobs import (
    delivery_job,
    load_job,
    rebuilding_job,
    revalidation_job,
)
from pipelines.orchestration.load_assets import load_assets
from pipelines.orchestration.logs import FILE_LOG, file_log
from pipelines.orchestration.period_figures import figures_asset
from pipelines.orchestration.period_partitions import month_partitions
from pipelines.orchestration.period_revalidation import revalidation_asset
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.rhythms import (
    catch_up_sensor,
    daily_schedule,
    delivery_schedule,
    inbox_sensor,
)
from pipelines.orchestration.run_retention import retention_sensor
from pipelines.orchestration.watchkeeping import (
    failure_sensor,
    health_sensor,
    orphan_sensor,
    telling_job,
)


def build_definitions(home: HomeResource, results: RunResults) -> dg.Definitions:
    """All assets, checks, jobs, schedules and sensors over one home."""
    place = home.home
    assets = load_assets(place, with_checks=True)
    months = month_partitions(place)
    revalidation, figures = revalidation_asset(months), figures_asset(months)
    whole, quick = load_job(), assets.answer_job()
    delivery, telling = delivery_job(assets.messages), telling_job()
    return dg.Definitions(
        assets=[*assets.all, revalidation, figures],
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
