"""Pictures decoded in a process of their own, one after the other; one that dies or hangs is replaced.

The process gets no environment, so that no secret of the load is near the bytes of strangers.
"""

import json
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pipelines.photographs.picture import BROKEN, READY, Picture, PictureFault, PictureLimits
from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT

_TOO_LONG = PictureFault("beyond_limits", "打开这张照片用的时间超过了限制，文件可能有问题。")
_START_SECONDS, _END_SECONDS = 60.0, 5.0
_CHUNK = 65_536


class PictureReader:
    """Reads pictures through a child process, started with the first of them. To be used in a ``with``."""

    def __init__(self, limits: PictureLimits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PictureReader":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, path: Path) -> Picture | PictureFault:
        """What is in a file that looks like a picture.

        A child that died is tried once more: it may have been ended from outside. Raises OperatorError when none starts.
        """
        for _ in range(2):
            answer = self._ask(path)
            if answer is not None:
                return answer
        return BROKEN

    def _ask(self, path: Path) -> Picture | PictureFault | None:
        """The child's answer; None where it died over the file."""
        child = self._child or self._start()
        pipe_in, pipe_out = _pipes(child)
        try:
            pipe_in.write(json.dumps(str(path)).encode() + b"\n")
            pipe_in.flush()
            line = _read_line(pipe_out, self.limits.wall_seconds)
        except BrokenPipeError:
            line = b""
        except TimeoutError:
            self._end(is_hanging=True)
            return _TOO_LONG
        if line:
            return _answered(json.loads(line))
        self._end()
        return _TOO_LONG if child.returncode == -signal.SIGXCPU else None

    def _start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pipelines.photographs.decoder",
                json.dumps(asdict(self.limits)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT_ROOT,
            env={},
        )
        self._child = child
        try:
            greeting = _read_line(_pipes(child)[1], _START_SECONDS)
        except TimeoutError:
            child.kill()
            greeting = b""
        if greeting != json.dumps(READY).encode():
            self._end()
            raise OperatorError(
                f"The process that reads photographs does not start (exit {child.returncode}).",
                "Give it more memory: [limits] photo_memory_mib; or look at"
                f" {sys.executable} -m pipelines.photographs.decoder",
            )
        return child

    def _end(self, *, is_hanging: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        pipe_in, pipe_out = _pipes(child)
        if is_hanging:
            child.kill()
        with suppress(BrokenPipeError):
            pipe_in.close()
        try:
            child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        pipe_out.close()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the process was started without pipes")
    return child.stdin, child.stdout


def _read_line(pipe: IO[bytes], seconds: float) -> bytes:
    """One line without its end; empty where the pipe was closed. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    gathered = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not gathered.endswith(b"\n"):
            if not selector.select(max(deadline - time.monotonic(), 0)):
                raise TimeoutError
            chunk = pipe.read1(_CHUNK)  # type: ignore[attr-defined]
            if not chunk:
                return b""
            gathered += chunk
    return gathered.rstrip(b"\n")


def _answered(said: dict[str, Any]) -> Picture | PictureFault:
    if "fault" in said:
        return PictureFault(**said["fault"])
    told = said["picture"]
    taken_at = told.pop("taken_at")
    return Picture(**told, taken_at=taken_at and datetime.fromisoformat(taken_at))
