"""The log of a home: one JSON object a line in ``logs/taizhang.log``, whichever process says it.

Several processes write at once: each line is one write, and the file is put aside (by size) under a lock; who still
holds the old one opens the new one with the next line. What is logged is everybody's own business.
"""

import errno
import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.log_fields import forget_fields, known_fields
from pipelines.problems import OperatorError
from pipelines.settings import DEFAULT_TIMEZONE, Home, LogSettings
from pipelines.text import printable_json

LOG_FILE = "taizhang.log"
_MIB = 1 << 20
_PRODUCT = logging.getLogger("pipelines")


class LineFormatter(logging.Formatter):
    """One record is one line: time in the district's zone, level, logger, message, what it is about, the exception.

    No text can pass for a record of its own, or move a terminal's cursor: what does so is escaped.
    """

    def __init__(self, timezone: str) -> None:
        super().__init__()
        self._zone = ZoneInfo(timezone)

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON without a line break."""
        moment = datetime.fromtimestamp(record.created, self._zone)
        said: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **known_fields(record),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return printable_json(said, indent=None)


class HomeLog(logging.Handler):
    """Writes lines into one file that several processes share; a full disk stops nobody's work, and is said."""

    def __init__(self, path: Path, timezone: str, limits: LogSettings) -> None:
        super().__init__()
        self.path = path
        self._most = limits.max_mib * _MIB
        self._keep = limits.keep
        self._file = -1
        self.setFormatter(LineFormatter(timezone))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
            self._open()
            self._write_whole(line)
            if os.fstat(self._file).st_size >= self._most:
                self._put_aside()
        except OSError as error:
            # Where the screen is a file of the same full disk nothing can be said at all: the work goes on, and the
            # vital “disk” of the home tells.
            with suppress(OSError, ValueError):
                sys.stderr.write(f"{self.path} cannot be written: {error.strerror}\n")

    def _write_whole(self, line: bytes) -> None:
        """Write a line, or nothing of it: half a line would spoil the next one, too. Raises OSError."""
        written = os.write(self._file, line)
        if written == len(line):
            return
        end = os.fstat(self._file).st_size
        with self.path.open("rb") as log:
            log.seek(max(0, end - written))
            if log.read() == line[:written]:
                os.ftruncate(self._file, end - written)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Let the file go; the next record opens it again."""
        self._let_go()
        super().close()

    def _open(self) -> None:
        """Have the file open that stands under the name now: another process may have put ours aside."""
        if self._file >= 0:
            try:
                if os.path.samestat(os.fstat(self._file), self.path.stat()):
                    return
            except FileNotFoundError:
                pass  # put aside by another process, which has not written since
            self._let_go()
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = os.open(self.path, flags, 0o600)

    def _put_aside(self) -> None:
        with self.path.with_name(".rotation.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.exists() and self.path.stat().st_size >= self._most:
                for number in range(self._keep, 0, -1):
                    older = self._numbered(number - 1)
                    if older.exists():
                        older.replace(self._numbered(number))
        self._let_go()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


@cache
def home_log(root: Path) -> HomeLog:
    """The one handler of a home in this process; the file is made with the first line."""
    home = Home(root)
    try:
        settings = home.settings()
    except OperatorError:  # said by whoever needs the settings
        return HomeLog(home.logs / LOG_FILE, DEFAULT_TIMEZONE, LogSettings())
    return HomeLog(home.logs / LOG_FILE, settings.district.timezone, settings.logs)


@contextmanager
def logged(home: Home) -> Iterator[Path]:
    """What the product notes while it works goes into the home's log, not to the screen. Yields its path."""
    handler = home_log(home.root)
    if handler in _PRODUCT.handlers:
        yield handler.path
        return
    was_handed_on, level = _PRODUCT.propagate, _PRODUCT.level
    _PRODUCT.addHandler(handler)
    _PRODUCT.propagate = False
    _PRODUCT.setLevel(logging.INFO)
    try:
        yield handler.path
    finally:
        _PRODUCT.removeHandler(handler)
        handler.close()
        forget_fields()
        _PRODUCT.propagate = was_handed_on
        _PRODUCT.setLevel(level)
