"""Vitals of what is published: how fresh the release in place is, and whether readers find it whole."""

from datetime import datetime, timedelta

from pipelines.clock import local_time
from pipelines.database import open_read_only
from pipelines.operations.vitals import Vital, pick
from pipelines.release.editions import EDITIONS
from pipelines.release.manifest import read_manifest
from pipelines.release.publishing import current_release
from pipelines.release.record import events
from pipelines.settings import Home, HomeSettings, ServiceSettings

_DAY = timedelta(days=1)
_FRESH = "docs/runbooks/service_down.md; then taizhang load --home HOME"


def last_due(service: ServiceSettings, now: datetime) -> datetime:
    """The last moment a daily load was due by which it must have ended: ``daily_at`` plus the time it may take."""
    patience = timedelta(minutes=service.late_after_minutes)
    due = datetime.combine(now.date(), service.daily_at)
    while due + patience > now:
        due -= _DAY
    return due


def release(
    home: Home, settings: HomeSettings, first_load: datetime | None, now: datetime
) -> Vital:
    """The age of the release in place against the daily load that should have made it."""
    folder = current_release(home)
    due = last_due(settings.service, now)
    if folder is None:
        return _never_published(home, settings, first_load, now)
    manifest = read_manifest(folder, EDITIONS[0])
    if manifest is None:
        return Vital(
            "release", "warning", f"release {folder.name} does not say when it was made", _FRESH
        )
    made = f"release {folder.name} of {manifest.made_at:%Y-%m-%d %H:%M}"
    last = events(home)[-1:]
    if last and last[0].event == "rolled_back" and last[0].release == int(folder.name):
        return Vital(
            "release",
            "warning",
            f"{made} was put back at {last[0].at:%Y-%m-%d %H:%M}; the next load publishes anew",
            "docs/runbooks/roll_back_a_release.md",
        )
    is_late = manifest.made_at < due
    words = f"{made}; one was due at {due:%Y-%m-%d %H:%M}" if is_late else made
    return Vital("release", pick(is_late, False), words, _FRESH if is_late else "")


def _never_published(
    home: Home, settings: HomeSettings, first_load: datetime | None, now: datetime
) -> Vital:
    """On the first day nothing is late: the home is new, and its first daily load is still to come."""
    began = first_load
    if began is None and home.settings_file.exists():
        zone = settings.district.timezone
        began = local_time(home.settings_file.stat().st_mtime_ns, zone)
    patience = _DAY + timedelta(minutes=settings.service.late_after_minutes)
    is_late = began is not None and now - began > patience
    return Vital("release", pick(is_late, True), "nothing has been published yet", _FRESH)


def found_by_readers(home: Home) -> Vital:
    """Every path that readers know leads to the release in place, and its open database can be opened."""
    folder = current_release(home)
    seen = home.reporting_database.parent
    links = sorted(path for path in seen.iterdir() if path.is_symlink()) if seen.is_dir() else []
    broken = [path.name for path in links if not path.exists()]
    if folder is None and not broken:
        return Vital("published", "ok", "nothing has been published yet")
    needed = (home.reporting_database, home.statistics_database)
    broken += [path.name for path in needed if not path.exists() and path.name not in broken]
    if broken:
        return Vital(
            "published",
            "critical",
            f"readers do not find {', '.join(broken)}",
            "taizhang release list, rollback; or load once: docs/runbooks/roll_back_a_release.md",
        )
    with open_read_only(home.reporting_database) as connection:
        tables = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()[0][0]
    return Vital("published", "ok", f"{len(links)} paths lead to a whole release, {tables} tables")
