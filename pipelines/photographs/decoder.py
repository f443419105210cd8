"""The worker that decodes pictures, in a process of its own (``pipelines.sandbox``).

A request names a path, the answer is a picture or why there is none, as JSON.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.photographs.picture import Picture, PictureLimits
from pipelines.photographs.reading import read_picture


def open_worker(settings: dict[str, Any]) -> Callable[[dict[str, Any]], bytes]:
    """The answering function, for pictures within these PictureLimits."""
    limits = PictureLimits(**settings)

    def answer(request: dict[str, Any]) -> bytes:
        read = read_picture(Path(request["path"]), limits)
        kind = "picture" if isinstance(read, Picture) else "fault"
        return json.dumps({kind: asdict(read)}, default=str).encode()

    return answer
