"""The service over one home: web page, daemon, warm answerer, and the code they share, as processes kept running.

Which jobs, schedules and sensors there are is ``orchestration``'s; how processes are kept is ``children``'s.
"""

import fcntl
import hashlib
import json
import logging
import os
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipelines.lock import Say
from pipelines.operations.children import Child, KeptChild, keep_running
from pipelines.operations.lock_holders import holder
from pipelines.operations.marks import (
    ServiceMark,
    dagster_home,
    leave,
    service_lock,
    service_mark_file,
)
from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT, Home, environment_with, point_dbt_at

_log = logging.getLogger(__name__)

DEFAULT_STORAGE = PROJECT_ROOT / "pipelines" / "orchestration" / "dagster.yaml"
_DEFINITIONS = "pipelines.definitions"
# What the code is called on the pages, and by which schedules and sensors are known from start to start.
_LOCATION = "taizhang"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def is_open_to_others(host: str) -> bool:
    """Whether somebody on another machine may reach this address."""
    return host not in _LOOPBACK


def lay_out_storage(home: Home, chosen: Path | None) -> Path:
    """The folder of Dagster's storage with its ``dagster.yaml``; one that somebody edited stays as it is.

    ``chosen`` is written there where there is none yet, else the default. Raises OperatorError where another one that
    is not of our writing lies there already.
    """
    folder = dagster_home(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    placed, ours = folder / "dagster.yaml", folder / ".written-by-taizhang"
    wanted = (chosen or DEFAULT_STORAGE).read_bytes()
    present = placed.read_bytes() if placed.exists() else None
    if present is None or _is_default_of_some_version(ours, present):
        placed.touch(mode=0o600)
        placed.write_bytes(wanted)
        ours.write_text("" if chosen else _hash(wanted), "ascii")
    elif chosen is not None and present != wanted:
        raise OperatorError(
            f"{placed} is there already, and differs from {chosen}.",
            "Remove the one that is not wanted, then start again.",
        )
    return folder


def _is_default_of_some_version(ours: Path, present: bytes) -> bool:
    """Whether the settings in place are a default as it was written, which a newer default may replace."""
    return ours.exists() and ours.read_text("ascii") == _hash(present)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def surroundings(home: Home) -> dict[str, str]:
    """What every process over this home finds in its environment."""
    point_dbt_at(home)
    return environment_with(
        TAIZHANG_HOME=str(home.root),
        DAGSTER_HOME=str(dagster_home(home)),
        PYTHONUNBUFFERED="1",
    )


@contextmanager
def only_service(home: Home) -> Iterator[None]:
    """Be the only service over a home. Raises OperatorError where another one runs."""
    path = service_lock(home)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            process = holder(path)
            raise OperatorError(
                f"A service already runs over {home.root}"
                + (f" (process {process})." if process else "."),
                "One is enough. End it first (systemctl stop taizhang, or Ctrl-C where it runs).",
            ) from error
        yield


def serve(home: Home, host: str, port: int, watches: bool, now: datetime, say: Say) -> None:
    """Keep the service running until it is told to end; the caller has laid out the storage.

    Raises OperatorError where another service runs over this home.
    """
    with only_service(home):
        sockets = _socket_folder(home)
        # One that was killed left its socket behind, at which nobody answers: the others would not wait for the code.
        (sockets / "code.sock").unlink(missing_ok=True)
        workspace = _lay_out_workspace(home, sockets / "code.sock")
        mark = ServiceMark(started_at=now, process=os.getpid(), address=f"http://{host}:{port}")
        leave(service_mark_file(home), mark)
        environment = surroundings(home)
        kept = [
            KeptChild(child, environment, PROJECT_ROOT)
            for child in children_of(home, host, port, watches, sockets / "code.sock", workspace)
        ]
        _log.info("the service begins: %s", mark.address)
        with _ending_signals() as is_over:
            keep_running(kept, is_over, say)
        service_mark_file(home).unlink(missing_ok=True)
        _log.info("the service has ended")


def _socket_folder(home: Home) -> Path:
    """The folder of the socket of the shared code: the same one each time, so that the schedules keep their state.

    Not in the home, whose path may be longer than a socket's may be. Raises OperatorError where it is somebody else's.
    """
    digest = _hash(os.fsencode(home.root))[:12]
    folder = Path(tempfile.gettempdir()) / f"taizhang-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise OperatorError(
            f"{folder} is not a folder that only this user may enter.",
            "Find out who made it, remove it, then start again.",
        )
    return folder


def _lay_out_workspace(home: Home, socket: Path) -> Path:
    """Where the web page and the daemon find the code, and by what name."""
    path = dagster_home(home) / "workspace.yaml"
    place = {"socket": str(socket), "location_name": _LOCATION}
    path.write_text(json.dumps({"load_from": [{"grpc_server": place}]}), "utf-8")
    return path


def children_of(
    home: Home, host: str, port: int, watches: bool, socket: Path, workspace: Path
) -> list[Child]:
    """The processes of the service; the code that the others ask comes last, and is ended last.

    The code is loaded once, behind a socket in a folder that only this user can enter: a port of the loopback is open
    to every user of the machine.
    """
    tools = Path(sys.executable).parent
    json_log = ("--log-format", "json")
    shared = ("--workspace", str(workspace))
    answerer = Child("answerer", (str(tools / "taizhang"), "watch", "--home", str(home.root)))
    web = ("-h", host, "-p", str(port), "--code-server-log-level", "warning")
    return [
        *([answerer] if watches else []),
        Child("webserver", (str(tools / "dagster-webserver"), *web, *shared, *json_log), socket),
        Child("daemon", (str(tools / "dagster-daemon"), "run", *shared, *json_log), socket),
        Child(
            "code",
            (
                str(tools / "dagster"), "code-server", "start", "-m", _DEFINITIONS,
                "--socket", str(socket), "--location-name", _LOCATION, *json_log,
            ),
        ),
    ]  # fmt: skip


@contextmanager
def _ending_signals() -> Iterator[threading.Event]:
    """An event that is set when somebody wants the service to end."""
    is_over = threading.Event()
    before = {number: signal.signal(number, lambda *_: is_over.set()) for number in _ENDINGS}
    try:
        yield is_over
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
