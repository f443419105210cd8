"""The bundled district Xunyang 2020, replayed once a session, and what its story says of a day."""

from __future__ import annotations

from datetime import date

import pytest
from replays import Replay, profile_table, replay

# The days of the two loads: what was sent before them, and the document.
FEBRUARY_DUE, PUBLISHED_ON = date(2020, 3, 6), date(2020, 6, 1)
REMINDER_DAYS = 7
Miss = tuple[str, str, str, date]  # kind, project, what, the day that was missed


def story(name: str) -> list[dict[str, str]]:
    """A table of the district's story."""
    return profile_table("xunyang-2020", f"story/{name}")


def day(text: str) -> date | None:
    """A date of the story; None where it has none."""
    return date.fromisoformat(text) if text else None


def node_status(planned: date, actual: date | None) -> str:
    """What a node is on the day of publication, counted with the calendar."""
    if actual:
        return "done"
    left = (planned - PUBLISHED_ON).days
    if left < 0:
        return "overdue"
    return "due" if left == 0 else "due_soon" if left <= REMINDER_DAYS else "not_due"


def overdue_days(due: date | None, done: date | None) -> int | None:
    """Days late when it was done, or so far on the day of publication; None where nothing was set."""
    return max(((done or PUBLISHED_ON) - due).days, 0) if due else None


def misses(on: date) -> set[Miss]:
    """What was late and open on a day of loading, by what had been sent until then.

    In March only the first node plan and the list of week 9 were there; in June everything was.
    """
    is_first = on == FEBRUARY_DUE
    found: set[Miss] = set()

    def note(kind: str, project: str, what: str, due: date | None, done: date | None) -> None:
        if due and due < on and not (done and done <= on and not is_first):
            found.add((kind, project, what, due))

    for row in story("nodes.csv"):
        planned = row["planned_date"] if is_first else row["replanned_date"] or row["planned_date"]
        done = day(row["actual_date"])
        note("node", row["project_name"], row["node_name"], day(planned), done)
    for row in story("issues.csv"):
        if not is_first or row["raised_on"] <= "2020-03-01":
            done = day(row["resolved_on"])
            note("issue", row["project_name"], row["problem"], day(row["due_on"]), done)
    for row in () if is_first else story("dispatch.csv"):
        done = day(row["done_on"])
        note("meeting_item", row["project_name"], row["item"], day(row["due_on"]), done)
    return found


@pytest.fixture(scope="session")
def xunyang(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return replay("xunyang-2020", tmp_path_factory.mktemp("xunyang"))
