"""Where a run's log goes when a terminal starts it: a rotating file of the home, not the screen."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

import dagster as dg

from pipelines.settings import Home
from pipelines.text import plain_lines

_FORMAT = "%(asctime)s %(levelname)s %(message)s"
_CONTINUED = "\n    | "
FILE_LOG = "file"


class RecordFormatter(logging.Formatter):
    """One record begins one line: what follows a line break in it is set in, so that no text can pass for a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its stack trace, without anything that a terminal would obey."""
        return _CONTINUED.join(plain_lines(super().format(record)).split("\n"))


@dg.logger(config_schema={"path": str})
def file_log(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that writes to ``path``."""
    logger = logging.Logger("taizhang", level=logging.INFO)
    logger.addHandler(_handler(context.logger_config["path"]))
    return logger


@contextmanager
def logged(home: Home) -> Iterator[Path]:
    """What the product notes while it works goes into the home's log, not to the screen. Yields its path."""
    home.logs.mkdir(mode=0o700, exist_ok=True)
    path = home.logs / "load.log"
    handler, product = _handler(str(path)), logging.getLogger("pipelines")
    was_handed_on, level = product.propagate, product.level
    product.addHandler(handler)
    product.propagate = False
    product.setLevel(logging.INFO)
    try:
        yield path
    finally:
        product.removeHandler(handler)
        handler.close()
        product.propagate = was_handed_on
        product.setLevel(level)


@cache
def _handler(path: str) -> RotatingFileHandler:
    """The one handler of a file in this process, ten files of 5 MB at most; opened with the first record of a run."""
    handler = RotatingFileHandler(
        path, maxBytes=5 << 20, backupCount=9, encoding="utf-8", delay=True
    )
    handler.setFormatter(RecordFormatter(_FORMAT))
    return handler
