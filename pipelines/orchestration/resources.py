"""What the assets need from outside: the home with its lock, its clock, and who listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipelines import clock
from pipelines.ledger.catalogue import Catalogue, read_catalogue
from pipelines.ledger.loading import LoadOutcome
from pipelines.lock import only_writer
from pipelines.release.publishing import Release
from pipelines.settings import Environment, Home, point_dbt_at

Listener = Callable[[str, int, int], None]


class RunResults:
    """What a run leaves for the terminal that started it."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.listener = listener or (lambda _stage, _done, _all: None)
        self.outcome: LoadOutcome | None = None
        self.release: Release | None = None
        self.seconds: dict[str, float] = {}


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home a run works on; its lock is held from the first asset to the last."""

    root: str
    now: str | None = None
    _catalogue: Catalogue | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["HomeResource"]:
        """Check the declarations, take the lock, and keep it for the run."""
        self._catalogue = read_catalogue(self.home)
        wait = self.catalogue.settings.limits.lock_wait_seconds
        with only_writer(self.home, wait, self._say(context)):
            point_dbt_at(self.home)
            yield self

    @property
    def home(self) -> Home:
        return Home(Path(self.root))

    @property
    def catalogue(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = read_catalogue(self.home)
        return self._catalogue

    def read_now(self) -> datetime:
        """The run's moment in the district's time."""
        given = self.now or Environment().now
        return clock.read_now(given, self.catalogue.settings.district.timezone)

    @staticmethod
    def _say(context: dg.InitResourceContext) -> Callable[[str], None]:
        return context.log.info if context.log is not None else print
