"""The quick rhythm in this process, without the bookkeeping of a run: what ``taizhang watch`` does.

The same steps as the assets of the job ``answer``; a run of Dagster takes two seconds to note down what
happened, and a clerk waits for them. The ledger knows all of it.
"""

import time

from pipelines import clock
from pipelines.alerts.delivery import deliver
from pipelines.database import DatabaseError
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.lock import Say, only_writer
from pipelines.orchestration.answers import answer_settled
from pipelines.orchestration.logs import logged
from pipelines.orchestration.running import LoadResult
from pipelines.problems import OperatorError
from pipelines.settings import Environment, Home


def answer_now(home: Home, say: Say) -> LoadResult:
    """Receive, judge and answer what lies in the inbox, then send what is due.

    A fault that a person has to mend ends up in ``failure``, in words.
    """
    start = time.perf_counter()
    try:
        catalogue = read_catalogue(home)
        settings = catalogue.settings
        now = clock.read_now(Environment().now, settings.district.timezone)
        with logged(home), only_writer(home, settings.limits.lock_wait_seconds, say):
            home.unanswered_mark.touch(mode=0o600)
            outcome = load_returns(home, catalogue, now, lambda _stage, _done, _all: None)
            written, _ = answer_settled(home, catalogue, now)
        seconds = {**outcome.seconds, "answered": round(time.perf_counter() - start, 3)}
        report = deliver(home, catalogue, now, say)
    except (OperatorError, OSError, DatabaseError) as error:
        return LoadResult(None, None, 0, 0, None, {}, f"{type(error).__name__}: {error}")
    seconds["total"] = round(time.perf_counter() - start, 3)
    return LoadResult(outcome, None, written.answers, written.unmarked, report, seconds, None)
