"""Where a run's log goes when a terminal starts it: a rotating file of the home, not the screen."""

import logging
from logging.handlers import RotatingFileHandler

import dagster as dg

_FORMAT = "%(asctime)s %(levelname)s %(message)s"
FILE_LOG = "file"


@dg.logger(config_schema={"path": str})
def file_log(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger that writes to ``path``, ten files of 5 MB at most."""
    handler = RotatingFileHandler(
        context.logger_config["path"], maxBytes=5 << 20, backupCount=9, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.Logger("taizhang", level=logging.INFO)
    logger.addHandler(handler)
    return logger
