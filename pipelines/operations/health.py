"""Whether a home is well: every vital in one pass, without waiting for anybody.

What is read are files, the ledger's snapshot and the release in place; ``work.duckdb`` is never opened and no lock
is taken. What is done about a vital stands in docs/runbooks/health.md.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pipelines.database import DatabaseError
from pipelines.declarations.forms import Form
from pipelines.ledger.catalogue import read_catalogue
from pipelines.operations import ledger_vitals, machine_vitals, release_vitals
from pipelines.operations.vitals import Vital
from pipelines.problems import OperatorError
from pipelines.settings import DEFAULT_TIMEZONE, District, Home, HomeSettings
from pipelines.text import one_line

__all__ = ["Vital", "examine"]

# Stands in for a home whose settings cannot be read, so that the other vitals still say what they see.
_UNREADABLE = HomeSettings(district=District(name="—", code="—", reporting_year=2000))


def timezone_of(home: Home) -> str:
    """The district's zone, or the default where the settings cannot be read."""
    try:
        return home.settings().district.timezone
    except OperatorError:
        return DEFAULT_TIMEZONE


def examine(home: Home, now: datetime) -> list[Vital]:
    """Every vital of a home at a moment of the district's time. Changes nothing and raises nothing."""
    declared, settings, forms = _declarations(home)
    snapshot = ledger_vitals.read_snapshot(home, forms)
    looks: list[tuple[str, Callable[[], Vital]]] = [
        ("service", lambda: machine_vitals.service(home)),
        ("release", lambda: release_vitals.release(home, settings, snapshot.first_load, now)),
        ("published", lambda: release_vitals.found_by_readers(home)),
        ("load", lambda: machine_vitals.load(home, settings, now)),
        ("inbox", lambda: machine_vitals.inbox(home, settings, now)),
        ("database", lambda: ledger_vitals.database(home, snapshot)),
        ("receipts", lambda: ledger_vitals.receipts(snapshot)),
        ("answers", lambda: ledger_vitals.answers(snapshot)),
        ("messages", lambda: ledger_vitals.messages(snapshot)),
        ("disk", lambda: machine_vitals.disk(home, settings)),
        ("lock", lambda: machine_vitals.lock(home, settings, now)),
        ("backup", lambda: machine_vitals.backup(home, now)),
    ]
    return [declared, *(_looked_at(name, look) for name, look in looks)]


def _declarations(home: Home) -> tuple[Vital, HomeSettings, Sequence[Form]]:
    try:
        catalogue = read_catalogue(home)
    except (OperatorError, OSError) as error:
        cause, remedy = _in_words(error)
        return Vital("settings", "critical", cause, remedy), _settings(home), ()
    words = f"{catalogue.settings.district.name}: settings and tables can be read"
    return Vital("settings", "ok", one_line(words)), catalogue.settings, catalogue.forms


def _settings(home: Home) -> HomeSettings:
    try:
        return home.settings()
    except (OperatorError, OSError):
        return _UNREADABLE


def _looked_at(name: str, look: Callable[[], Vital]) -> Vital:
    """A look that fails is itself a sign: its cause in words, the other vitals untouched."""
    try:
        return look()
    except (OperatorError, OSError, DatabaseError, ValueError) as error:
        cause, remedy = _in_words(error)
        return Vital(name, "critical", f"cannot be told: {cause}", remedy)


def _in_words(error: Exception) -> tuple[str, str]:
    """Cause and remedy; what the machine refused, by the file and its reason alone."""
    if isinstance(error, OperatorError):
        return one_line(error.cause), error.remedy
    if isinstance(error, OSError) and error.filename is not None:
        return one_line(f"{error.filename}: {error.strerror}"), "Mend what is named."
    return one_line(str(error)), "Mend what is named."
