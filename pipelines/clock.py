"""The only reader of the wall clock.

Every moment in the product is the ``now`` of a load, given from outside or read here once.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.problems import OperatorError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The ledger keeps 64 bits of nanoseconds, 1677 to 2262; a file system may say any other year. A day less at both
# ends leaves room for every zone.
_LAST_NS = 2**63 - 86_400 * 10**9


def read_now(given: str | None, timezone: str) -> datetime:
    """Return the district's local time as a naive datetime.

    ``given`` is an ISO timestamp: without a zone it is already local time (contract §7).
    Raises OperatorError when it is not an ISO timestamp.
    """
    zone = ZoneInfo(timezone)
    if not given:
        return datetime.now(zone).replace(tzinfo=None, microsecond=0)
    return _read(given, zone)


def epoch_seconds() -> float:
    """Seconds since the epoch on this machine's clock: beside them Dagster's records and file times are laid."""
    return datetime.now(UTC).timestamp()


def read_past(given: str, timezone: str) -> datetime:
    """Return the moment somebody asks about, as naive local time: a date alone is the end of that day.

    Raises OperatorError when it is neither a date nor an ISO timestamp.
    """
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return _read(given, ZoneInfo(timezone))
    return datetime.combine(day, time.max)


def _read(given: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise OperatorError(
            f"“{given}” is no timestamp.", "Write it like 2025-04-10T08:30:00."
        ) from error
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def local_time(epoch_ns: int, timezone: str) -> datetime:
    """Return a file's modification time (nanoseconds since the epoch) as naive local time.

    One that no ledger could keep becomes the nearest that it can (``keepable_ns``).
    """
    moment = _EPOCH + timedelta(microseconds=keepable_ns(epoch_ns) // 1000)
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def keepable_ns(epoch_ns: int) -> int:
    """Nanoseconds since the epoch, within 64 bits."""
    return min(max(epoch_ns, -_LAST_NS), _LAST_NS)
