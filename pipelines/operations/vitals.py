"""One sign of life of a home, and the worst of several. What is looked at is in the ``…_vitals`` beside."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "critical"]
_SEVERITY: tuple[State, ...] = ("ok", "warning", "critical")


@dataclass(frozen=True)
class Vital:
    """What was looked at, how it stands, in words of one line; ``remedy`` is empty where all is well.

    ``name`` never changes: monitoring and runbooks (docs/runbooks/health.md) go by it.
    """

    name: str
    state: State
    words: str
    remedy: str = ""


def worst(vitals: Iterable[Vital]) -> State:
    """The state of the whole: that of its worst part."""
    return max((vital.state for vital in vitals), key=_SEVERITY.index, default="ok")


def pick(is_critical: bool, is_warning: bool) -> State:
    """The state two limits lead to."""
    return "critical" if is_critical else "warning" if is_warning else "ok"
