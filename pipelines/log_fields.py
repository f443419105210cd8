"""What a log line is about, beside its words: the load under way, and what a record was given along.

Where lines are written is ``operations.log_files``.
"""

import logging
from contextvars import ContextVar

_LOAD: ContextVar[str | None] = ContextVar("load_id", default=None)
# ``_log.error("…", extra={"receipt_id": …})``; a run's own record brings the rest in a mapping.
_GIVEN_ALONG = ("load_id", "receipt_id")
_OF_A_RUN = ("run_id", "job_name", "step_key")
_RUN_MAPPING = "dagster_meta"


def name_load(load_id: str) -> None:
    """Every line from here on is about this load."""
    _LOAD.set(load_id)


def forget_fields() -> None:
    """What comes now is about no load."""
    _LOAD.set(None)


def known_fields(record: logging.LogRecord) -> dict[str, str]:
    """The fields of a record that say something."""
    given = {"load_id": _LOAD.get()}
    given |= {name: record.__dict__[name] for name in _GIVEN_ALONG if name in record.__dict__}
    of_run = record.__dict__.get(_RUN_MAPPING)
    if isinstance(of_run, dict):
        given |= {name: of_run.get(name) for name in _OF_A_RUN}
    return {name: str(value) for name, value in given.items() if value is not None}
