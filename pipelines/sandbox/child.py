"""The child's side: ``python -m pipelines.sandbox.child WORKER LIMITS SETTINGS``.

It limits itself and takes its briefing before it imports its worker, a module with ``open_worker(settings)`` (and a
second parameter where there is a briefing), and answers requests until its input ends. Each answer is two messages: the first tells an answer from a fault of the worker.
"""

import importlib
import json
import math
import os
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeAlias

from pipelines.interpreter import collect_seldom, end_at_once
from pipelines.sandbox.frames import read_frame, write_frame, write_frames
from pipelines.sandbox.limits import ChildLimits

Worker: TypeAlias = Callable[[dict[str, Any]], bytes]

READY, ANSWERED, FAILED = b"ready", b"+", b"!"
EXIT_MEMORY = 77
_LONGEST_REQUEST = 64 << 20
LONGEST_FAULT = 4_000
# A child that has grown to this share of its memory goes once it has answered: what it freed is in pieces.
_RETIRES_AT = 0.5
# What libraries take along where it is there and no worker needs: it would double the time in which a child starts.
_SPARED = ("numpy",)
_HELD_PAGES = Path("/proc/self/statm")


def main() -> None:
    """Serve until the other side closes."""
    collect_seldom()
    worker_module, limits_text, settings_text = sys.argv[1:]
    limits = ChildLimits(**json.loads(limits_text))
    _limit(limits)
    requests, answers = _take_pipes()
    sys.modules.update(dict.fromkeys(_SPARED))  # type: ignore[arg-type]
    briefing = read_frame(requests, _LONGEST_REQUEST) or b""
    try:
        told = (json.loads(settings_text), *([briefing] if briefing else []))
        worker: Worker = importlib.import_module(worker_module).open_worker(*told)
    except Exception:
        write_frame(answers, FAILED + _trace())
        raise
    write_frame(answers, READY)
    try:
        _serve(worker, requests, answers, limits)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    end_at_once()


def _serve(worker: Worker, requests: IO[bytes], answers: IO[bytes], limits: ChildLimits) -> None:
    while (request := read_frame(requests, _LONGEST_REQUEST)) is not None:
        _allow_cpu(limits.cpu_seconds)
        mark, answer = _answer(worker, json.loads(request))
        write_frames(answers, mark, answer)
        del request, answer
        if _resident_bytes() > limits.memory_bytes * _RETIRES_AT:
            return


def _limit(limits: ChildLimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the other side, out of reach of a library that prints."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return requests, answers


def _answer(worker: Worker, request: dict[str, Any]) -> tuple[bytes, bytes]:
    try:
        return ANSWERED, worker(request)
    except MemoryError:
        raise
    except Exception:
        # What a worker raises is its fault, told to the operator; the file goes no further, everybody else's does.
        return FAILED, _trace()


def _trace() -> bytes:
    return traceback.format_exc()[-LONGEST_FAULT:].encode("utf-8", "backslashreplace")


def _allow_cpu(seconds: int) -> None:
    """So much more processor time from now on; beyond it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _resident_bytes() -> int:
    """The memory this process holds now. The kernel's record of the most it held begins with its parent's."""
    return int(_HELD_PAGES.read_text("ascii").split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
