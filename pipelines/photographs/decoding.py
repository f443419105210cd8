"""Pictures decoded in a process of their own, one after the other; one that dies or hangs is replaced."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from pipelines.photographs.picture import BROKEN, Picture, PictureFault, PictureLimits
from pipelines.sandbox.limits import ChildLimits, Death, DeathCause
from pipelines.sandbox.pool import ChildPool, ReadsThroughChildren

_WORKER = "pipelines.photographs.decoder"
_FAULTS: Final[dict[DeathCause, PictureFault]] = {
    "time": PictureFault("beyond_limits", "打开这张照片用的时间超过了限制，文件可能有问题。"),
    "memory": PictureFault("beyond_limits", "照片太大，打开它需要的内存超过了限制。"),
    "crash": BROKEN,
}


class PictureReader(ReadsThroughChildren):
    """Reads pictures through a child process, started with the first of them. To be used in a ``with``."""

    def __init__(self, limits: PictureLimits) -> None:
        self.limits = limits
        child = ChildLimits(limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds)
        super().__init__(ChildPool(_WORKER, asdict(limits), child, 1))

    def read(self, path: Path) -> Picture | PictureFault:
        """What is in a file that looks like a picture. Raises OperatorError when no process starts."""
        answer = self._pool.ask({"path": str(path)})
        return _FAULTS[answer.cause] if isinstance(answer, Death) else _answered(answer)


def _answered(answer: bytes) -> Picture | PictureFault:
    said = json.loads(answer)
    if "fault" in said:
        return PictureFault(**said["fault"])
    told = said["picture"]
    taken_at = told.pop("taken_at")
    return Picture(**told, taken_at=taken_at and datetime.fromisoformat(taken_at))
