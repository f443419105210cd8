"""What a child process may use for one request, and what became of one that used more."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

# "memory": more than it may have; "time": too long, by the processor or by the clock; "crash": anything else.
DeathCause: TypeAlias = Literal["memory", "time", "crash"]


@dataclass(frozen=True)
class ChildLimits:
    """Address space in bytes for the life of a child; processor and wall-clock seconds for each request.

    ``file_bytes``: how large a temporary file it may write; none unless its worker needs them.
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    file_bytes: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Death:
    """A child that died over a request; ``detail`` is for operators, never for a submitter."""

    cause: DeathCause
    detail: str
