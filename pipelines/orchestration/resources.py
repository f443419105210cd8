"""What the assets need from outside: the home with its locks, its clock, and who listens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipelines import clock
from pipelines.alerts.delivery import DeliveryReport
from pipelines.ledger.catalogue import Catalogue, read_catalogue
from pipelines.ledger.loading import LoadOutcome
from pipelines.lock import Say, only_builder, only_writer
from pipelines.operations.log_files import logged
from pipelines.orchestration.run_processes import note_process
from pipelines.release.publishing import Release
from pipelines.settings import Environment, Home

Listener = Callable[[str, int, int], None]


class RunResults:
    """What a run leaves for the terminal that started it, and how it speaks to it."""

    def __init__(self, listener: Listener | None = None, say: Say | None = None) -> None:
        self.listener = listener or (lambda _stage, _done, _all: None)
        self.say = say or (lambda _text: None)
        self.outcome: LoadOutcome | None = None
        self.answers = 0
        self.unmarked = 0
        self.is_built = False
        self.deliveries: DeliveryReport | None = None
        self.release: Release | None = None
        self.seconds: dict[str, float] = {}


class HomeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home a run works on, with its two locks: of the ledger, and of the marts being built."""

    root: str
    now: str | None = None
    accept_change: str | None = None
    full_refresh: bool = False
    # The service tries again what may pass; a terminal is told at once.
    is_patient: bool = False
    _catalogue: Catalogue | None = PrivateAttr(default=None)
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _is_building: bool = PrivateAttr(default=False)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["HomeResource"]:
        """Check the declarations before anything else; what is held is let go when the run ends."""
        note_process(context.instance, context.run)
        self._catalogue = read_catalogue(self.home)
        with logged(self.home), self._held:
            yield self

    @contextmanager
    def writing(self, say: Say) -> Iterator[None]:
        """Be the ledger's only writer for a while."""
        with only_writer(self.home, self._lock_wait, say):
            yield

    def begin_building(self, say: Say) -> None:
        """Be the only one who builds and publishes, from now to the end of the run; a second attempt is already."""
        if not self._is_building:
            self._held.enter_context(only_builder(self.home, self._lock_wait, say))
            self._is_building = True

    @property
    def _lock_wait(self) -> float:
        return self.catalogue.settings.limits.lock_wait_seconds

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
