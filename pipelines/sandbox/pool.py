"""The parent's side: a few children that answer requests, each with at most one in hand.

A child that dies or hangs is replaced and takes only its own request along. Children get no environment, so that
no secret of the load is near the bytes of strangers.
"""

import json
import logging
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from pipelines.problems import OperatorError
from pipelines.sandbox.child import ANSWERED, EXIT_MEMORY, LONGEST_FAULT, READY
from pipelines.sandbox.frames import BrokenFrameError, read_frame, read_frames, write_frame
from pipelines.sandbox.limits import ChildLimits, Death
from pipelines.settings import PROJECT_ROOT

_log = logging.getLogger(__name__)

Request = Mapping[str, Any]
T = TypeVar("T")

_START_SECONDS, _END_SECONDS = 60.0, 5.0
# How often a child is asked again that went without a fault of its own: retired, or ended from outside.
_ATTEMPTS = 3
# How far children work ahead of whoever takes their answers: so many requests, and so many bytes of answers.
_MOST_AHEAD = 500
_MOST_BYTES_AHEAD = 64 << 20


class ChildPool:
    """Children of one worker, started when they are first needed. To be used in a ``with``.

    ``briefing`` is what every child is told when it starts, ahead of all requests.
    """

    def __init__(
        self,
        worker: str,
        settings: Mapping[str, Any],
        limits: ChildLimits,
        size: int,
        briefing: bytes = b"",
    ) -> None:
        self._size = size
        self._children: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for _ in range(size):
            self._children.put(_Child(worker, settings, limits, briefing))
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="sandbox")
        self._room = _Room()

    def __enter__(self) -> "ChildPool":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._room.close()
        self._threads.shutdown(cancel_futures=True)
        for _ in range(self._size):
            self._children.get().end()

    def begin(self, children: int) -> None:
        """Let so many children start now, while whoever will ask them has something else to do."""
        for _ in range(min(children, self._size)):
            self._threads.submit(self._begin_one)

    def _begin_one(self) -> None:
        child = self._children.get()
        try:
            child.begin()
        finally:
            self._children.put(child)

    def ask(self, request: Request) -> bytes | Death:
        """The answer to one request. Raises OperatorError when no child starts."""
        child = self._children.get()
        try:
            return child.ask(request)
        finally:
            self._children.put(child)

    def ask_all(self, asked: Iterable[tuple[T, Request]]) -> Iterator[tuple[T, bytes | Death]]:
        """The answers in the order of the requests, each with what it was asked for.

        The children go on while the answers are being used; what waits is bounded, so that whoever takes them
        slowly holds little memory.
        """
        self._room.close()
        room = self._room = _Room()
        waiting: deque[tuple[T, Future[bytes | Death]]] = deque()
        for turn, (what, request) in enumerate(asked):
            waiting.append((what, self._threads.submit(self._ask_ahead, request, turn, room)))
            if len(waiting) > _MOST_AHEAD:
                yield _taken(waiting, room)
        while waiting:
            yield _taken(waiting, room)

    def _ask_ahead(self, request: Request, turn: int, room: "_Room") -> bytes | Death:
        room.enter(turn)
        answer = self.ask(request)
        room.hold(answer)
        return answer


class ReadsThroughChildren:
    """What asks the children of one pool and lets them go with itself. To be used in a ``with``."""

    def __init__(self, pool: ChildPool) -> None:
        self._pool = pool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.__exit__(kind, error, trace)


def _taken(
    waiting: deque[tuple[T, Future[bytes | Death]]], room: "_Room"
) -> tuple[T, bytes | Death]:
    what, coming = waiting.popleft()
    room.call_next()
    answer = coming.result()
    room.release(answer)
    return what, answer


class _Room:
    """How many bytes of answers wait to be taken. When it is full, only the answer that is wanted next is asked for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held = self._called = 0
        self._is_closed = False

    def call_next(self) -> None:
        """Say that the answer to the next request, in the order of their turns from 0, is wanted now."""
        with self._changed:
            self._called += 1
            self._changed.notify_all()

    def enter(self, turn: int) -> None:
        """Wait until there is room. Raises CancelledError when nobody wants answers any more."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_closed or self._held < _MOST_BYTES_AHEAD or turn < self._called
            )
            if self._is_closed:
                raise CancelledError

    def hold(self, answer: bytes | Death) -> None:
        with self._changed:
            self._held += _size(answer)

    def release(self, answer: bytes | Death) -> None:
        with self._changed:
            self._held -= _size(answer)
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _size(answer: bytes | Death) -> int:
    return len(answer) if isinstance(answer, bytes) else 0


class _Child:
    """One child process and its pipes; None between two."""

    def __init__(
        self, worker: str, settings: Mapping[str, Any], limits: ChildLimits, briefing: bytes
    ) -> None:
        self._worker = worker
        self._settings = settings
        self._limits = limits
        self._briefing = briefing
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start, if it has not; who asks it next is told where it cannot."""
        if self._process is None:
            with suppress(OperatorError):
                self._start()

    def ask(self, request: Request) -> bytes | Death:
        message = json.dumps(request).encode()
        death = Death("crash", "the process went away")
        for _ in range(_ATTEMPTS):
            process = self._process or self._start()
            try:
                answer = self._exchange(process, message)
            except TimeoutError:
                self.end(is_hanging=True)
                return Death("time", f"no answer after {self._limits.wall_seconds} s")
            except (BrokenPipeError, BrokenFrameError):
                answer = None
            if answer is not None:
                return answer
            self.end()
            if (fault := _cause(process.returncode)) is not None:
                return fault
            death = Death("crash", f"ended from outside ({process.returncode})")
        return death

    def _exchange(self, process: subprocess.Popen[bytes], message: bytes) -> bytes | Death | None:
        to_child, from_child = _pipes(process)
        write_frame(to_child, message)
        longest = (len(ANSWERED), self._limits.memory_bytes)
        told = read_frames(from_child, longest, self._limits.wall_seconds)
        if told is None:
            return None
        mark, answer = told
        return answer if mark == ANSWERED else _failed(answer)

    def _start(self) -> subprocess.Popen[bytes]:
        arguments = [json.dumps(self._limits.as_dict()), json.dumps(self._settings)]
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.sandbox.child", self._worker, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT_ROOT,
            env={},
            bufsize=0,
        )
        self._process = process
        try:
            write_frame(_pipes(process)[0], self._briefing)
            greeting = read_frame(_pipes(process)[1], 8 * LONGEST_FAULT, _START_SECONDS)
        except (TimeoutError, BrokenFrameError, BrokenPipeError):
            greeting = None
        if greeting != READY:
            self.end(is_hanging=True)
            because = _last_line((greeting or b"")[1:]) or "it says nothing"
            raise OperatorError(
                f"The process that reads files ({self._worker}) does not start: {because}.",
                "Give it more memory ([limits] reading_memory_mib, photo_memory_mib in taizhang.toml);"
                " or see whether this machine can start more processes.",
            )
        return process

    def end(self, *, is_hanging: bool = False) -> None:
        """Let the child go; one that does not go by itself is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        to_child, from_child = _pipes(process)
        if is_hanging:
            process.kill()
        with suppress(BrokenPipeError):
            to_child.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        from_child.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process was started without pipes")
    return process.stdin, process.stdout


def _failed(trace: bytes) -> Death:
    _log.error("a worker failed over a file:\n%s", trace.decode("utf-8", "replace"))
    return Death("crash", _last_line(trace))


def _last_line(trace: bytes) -> str:
    return trace.decode("utf-8", "replace").strip().rpartition("\n")[2]


def _cause(returncode: int | None) -> Death | None:
    """Why a child is gone; None where it was not the request's fault."""
    match returncode:
        case 0 | None:
            return None
        case code if code == EXIT_MEMORY:
            return Death("memory", "out of memory")
        case code if code == -signal.SIGXCPU:
            return Death("time", "out of processor time")
        case code if code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
            return None
        case code if code == -signal.SIGABRT:
            # How a native library ends that gets no more memory.
            return Death("memory", "aborted")
        case code:
            return Death("crash", f"exit {code}")
