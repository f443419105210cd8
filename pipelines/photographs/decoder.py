"""The process in which pictures are decoded: ``python -m pipelines.photographs.decoder LIMITS``.

Reads a path as a line of JSON, answers with a line of JSON, until its input ends. It gives itself limits of
memory and time first: a picture that is a trap takes this process along and nothing else.
"""

import json
import math
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.photographs.picture import READY, Picture, PictureFault, PictureLimits
from pipelines.photographs.reading import read_picture


def main() -> None:
    """Serve until the other side closes."""
    limits = PictureLimits(**json.loads(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _answer(READY)
    for line in sys.stdin:
        _allow_cpu(limits.cpu_seconds)
        _answer(_as_json(read_picture(Path(json.loads(line)), limits)))


def _allow_cpu(seconds: int) -> None:
    """So much more processor time from now on; beyond it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _as_json(read: Picture | PictureFault) -> dict[str, Any]:
    kind = "picture" if isinstance(read, Picture) else "fault"
    return {kind: asdict(read)}


def _answer(said: object) -> None:
    sys.stdout.write(json.dumps(said, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
