"""Vitals of the machine under a home: disk, locks, files that wait, the service, the copies."""

import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.clock import local_time
from pipelines.intake.listing import Entry, entries
from pipelines.operations.lock_holders import holder
from pipelines.operations.marks import last_backup, service_lock, service_mark
from pipelines.operations.vitals import Vital, pick
from pipelines.release.publishing import build_in_place
from pipelines.settings import Home, HomeSettings
from pipelines.text import one_line

_MIB = 1 << 20
_BACKUP_AGE = timedelta(days=7)
# So long an answer may stand between its receipt and the next step of the run that writes it.
_UNDER_WAY = timedelta(minutes=5)
_LOAD = "Load once: taizhang load --home HOME; docs/runbooks/interrupted_load.md"


def service(home: Home) -> Vital:
    """Whether the service that was started over this home still runs."""
    mark = service_mark(home)
    runs = holder(service_lock(home))
    if runs is not None:
        return Vital("service", "ok", f"taizhang serve runs as process {runs}")
    if mark is None:
        return Vital("service", "ok", "taizhang serve was not started, or was ended")
    return Vital(
        "service",
        "critical",
        f"taizhang serve, started {mark.started_at:%Y-%m-%d %H:%M}, runs no more and was not ended",
        "docs/runbooks/service_down.md",
    )


def load(home: Home, settings: HomeSettings, now: datetime) -> Vital:
    """Whether the last load came to its end: what a cut-off one leaves lies there while nobody works."""
    left = [path for path in _left_open(home) if path.exists()]
    if not left:
        return Vital("load", "ok", "nothing was left by a load that was cut off")
    at_work = holder(home.lock_file) or holder(home.build_lock_file)
    if at_work is not None:
        return Vital("load", "ok", f"process {at_work} is at work")
    since = min(_changed(path, settings) for path in left)
    if now - since < _UNDER_WAY:
        return Vital("load", "ok", f"a load is under way since {since:%H:%M}")
    words = f"a load was cut off at {since:%Y-%m-%d %H:%M} ({', '.join(p.name for p in left)})"
    return Vital("load", "warning", words, _LOAD)


def _left_open(home: Home) -> list[Path]:
    wal = home.work_database.with_name(home.work_database.name + ".wal")
    return [home.unanswered_mark, wal, *home.archive.glob(".receiving-*")]


def inbox(home: Home, settings: HomeSettings, now: datetime) -> Vital:
    """Files that lie in the inbox longer than they should, and what is never taken."""
    minutes = settings.service.waiting_after_minutes
    late = files = strangers = 0
    oldest = now
    for entry in entries(home.inbox):
        strangers += entry.kind == "stranger"
        if entry.kind == "file":
            files += 1
            arrived = _arrived(home, entry, settings, now)
            late += now - arrived > timedelta(minutes=minutes)
            oldest = min(oldest, arrived)
    words = f"{files:,} file(s) wait"
    if late:
        words += f", {late:,} of them for more than {minutes} min (since {oldest:%Y-%m-%d %H:%M})"
    if strangers:
        words += f"; {strangers:,} thing(s) that are never taken (links, unreadable files)"
    remedy = "docs/runbooks/service_down.md" if late else ""
    if strangers and not late:
        remedy = "taizhang audit --home HOME names them; docs/runbooks/interrupted_load.md"
    return Vital("inbox", pick(False, late > 0 or strangers > 0), words, remedy)


def _arrived(home: Home, entry: Entry, settings: HomeSettings, now: datetime) -> datetime:
    """When a file came: a copy keeps its old date of change, but not that of its name's.

    A clock that is given, and lies before the machine's, knows the date of change alone.
    """
    zone = settings.district.timezone
    modified = local_time(entry.modified_ns, zone)
    try:
        status = home.inbox.joinpath(*entry.parts).stat(follow_symlinks=False)
    except OSError:  # taken meanwhile
        return now
    placed = local_time(status.st_ctime_ns, zone)
    return max(modified, placed) if placed <= now else modified


def disk(home: Home, settings: HomeSettings) -> Vital:
    """Free disk against the limit of the settings and against what the next load writes."""
    free = shutil.disk_usage(home.root).free // _MIB
    least = settings.service.least_free_mib
    held = sum(_size(path) for path in _databases(home)) // _MIB
    state = pick(free < least or free < held, free < 2 * least or free < 2 * held)
    return Vital(
        "disk",
        state,
        f"{free:,} MiB free (at least {least:,}; the databases hold {held:,})",
        "" if state == "ok" else "docs/runbooks/disk_full.md",
    )


def _databases(home: Home) -> list[Path]:
    build = build_in_place(home)
    published = [home.reporting_database, home.statistics_database]
    own = [home.work_database, home.ledger_snapshot, home.building_database]
    return [*own, *published, *([build] if build else [])]


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def lock(home: Home, settings: HomeSettings, now: datetime) -> Vital:
    """Who works on the home, and since when."""
    words, is_long = [], False
    patience = timedelta(minutes=settings.service.waiting_after_minutes)
    for path, what in ((home.lock_file, "ledger"), (home.build_lock_file, "marts")):
        process = holder(path)
        if process is None:
            continue
        since = _changed(path, settings)
        is_long = is_long or now - since > patience
        words.append(f"process {process} works on the {what} since {since:%Y-%m-%d %H:%M}")
    return Vital(
        "lock",
        pick(False, is_long),
        "; ".join(words) or "nobody works on the home",
        "Look what that process does: docs/runbooks/health.md" if is_long else "",
    )


def backup(home: Home, now: datetime) -> Vital:
    """The age of the last copy, where one was ever made."""
    last = last_backup(home)
    if last is None:
        return Vital("backup", "ok", "no copy of this home was ever made with taizhang backup")
    is_old = now - last.at > _BACKUP_AGE
    words = one_line(f"the last copy is of {last.at:%Y-%m-%d %H:%M}, in {last.folder}")
    return Vital("backup", pick(False, is_old), words, "docs/runbooks/restore.md" if is_old else "")


def _changed(path: Path, settings: HomeSettings) -> datetime:
    return local_time(path.stat().st_mtime_ns, settings.district.timezone)
