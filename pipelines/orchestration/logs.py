"""Where a run's log goes when a terminal starts it: into the log of the home, not to the screen.

How a line looks and where it is written is ``operations.log_files``.
"""

import logging
from pathlib import Path

import dagster as dg

from pipelines.operations.log_files import home_log, logged

__all__ = ["FILE_LOG", "file_log", "logged"]

FILE_LOG = "file"


@dg.logger(config_schema={"path": str})
def file_log(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that writes to the log of a home; ``path`` is that log, as ``logged`` yields it."""
    logger = logging.Logger("dagster", level=logging.INFO)
    logger.addHandler(home_log(Path(context.logger_config["path"]).parent.parent))
    return logger
