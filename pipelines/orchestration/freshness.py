"""By when the daily load must have been there, as Dagster's policy of freshness: read when the code location loads."""

from datetime import datetime, time, timedelta

import dagster as dg

from pipelines.problems import OperatorError
from pipelines.settings import DEFAULT_TIMEZONE, Home, ServiceSettings

_DAY_MINUTES = 24 * 60
NOTE = "（taizhang.toml 读不出，暂用默认时间；改正后请重新加载。 The settings cannot be read: the default hour holds until this location is reloaded.）"


def service_of(home: Home) -> tuple[ServiceSettings, str, str]:
    """Settings and zone of the service; where they cannot be read the defaults, and a sentence that says so."""
    try:
        settings = home.settings()
    except (OperatorError, OSError):
        return ServiceSettings(), DEFAULT_TIMEZONE, NOTE
    return settings.service, settings.district.timezone, ""


def daily_freshness(home: Home) -> dg.FreshnessPolicy:
    """Fresh is what was made since the due moment; from the time a load may take after it, it is late."""
    service, timezone, _ = service_of(home)
    # A whole day or more would leave no time at which it is late.
    late = min(service.late_after_minutes, _DAY_MINUTES - 1)
    deadline = datetime.combine(datetime.min.date(), service.daily_at) + timedelta(minutes=late)
    return dg.FreshnessPolicy.cron(
        deadline_cron=_daily(deadline.time()),
        lower_bound_delta=timedelta(minutes=late),
        timezone=timezone,
    )


def _daily(moment: time) -> str:
    return f"{moment.minute} {moment.hour} * * *"
