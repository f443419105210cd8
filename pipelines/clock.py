"""The only reader of the wall clock.

Every moment in the product is the ``now`` of a load, given from outside or read here once.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.problems import OperatorError


def read_now(given: str | None, timezone: str) -> datetime:
    """Return the district's local time as a naive datetime.

    ``given`` is an ISO timestamp: without a zone it is already local time (contract §7).
    Raises OperatorError when it is not an ISO timestamp.
    """
    zone = ZoneInfo(timezone)
    if not given:
        return datetime.now(zone).replace(tzinfo=None, microsecond=0)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise OperatorError(
            f"“{given}” is no timestamp.", "Write it like 2025-04-10T08:30:00."
        ) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone).replace(tzinfo=None)
    return moment


def local_time(epoch_ns: int, timezone: str) -> datetime:
    """Return a file's modification time (nanoseconds since the epoch) as naive local time."""
    return datetime.fromtimestamp(epoch_ns / 1e9, ZoneInfo(timezone)).replace(tzinfo=None)
