"""``taizhang serve`` once, whole: it comes up, puts back what dies, lets no second one in, and ends cleanly."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from homes import a_home
from loopback_servers import a_free_port
from replays import REPOSITORY, taizhang

TAIZHANG = Path(sys.executable).with_name("taizhang")
HEALTHY = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } } }"
LOCATIONS = "{ workspaceOrError { ... on Workspace { locationEntries { loadStatus } } } }"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(port, query):
    """The web server's answer, None while it gives none."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with _DIRECT.open(request, timeout=5) as answer:
            return json.load(answer).get("data")
    except OSError:
        return None


def healthy(port):
    """Which daemons have told of themselves lately."""
    told = ask(port, HEALTHY)
    statuses = told["instance"]["daemonHealth"]["allDaemonStatuses"] if told else []
    return {status["daemonType"] for status in statuses if status["healthy"]}


def is_loaded(port):
    told = ask(port, LOCATIONS)
    entries = told["workspaceOrError"]["locationEntries"] if told else []
    return bool(entries) and all(entry["loadStatus"] == "LOADED" for entry in entries)


def until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.3)
    pytest.fail(f"not within {seconds} s: {what}")


def started(home, name):
    """The processes a child of the service had so far, as the log tells."""
    lines = (home.logs / "taizhang.log").read_text("utf-8").splitlines()
    words = [json.loads(line)["message"] for line in lines]
    return [
        int(w.rpartition(" ")[2]) for w in words if w.startswith(f"{name} is started as process")
    ]


def test_the_service_comes_up_puts_back_what_dies_and_ends_cleanly(tmp_path):
    home, port = a_home(tmp_path / "home"), a_free_port()
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("TAIZHANG_", "DAGSTER_"))
    }
    service = subprocess.Popen(
        [TAIZHANG, "serve", "--home", home.root, "--port", str(port)],
        cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        until(lambda: is_loaded(port), 90, "the page with the code behind it")
        until(lambda: "SENSOR" in healthy(port), 60, "the daemon's heartbeat")
        second = taizhang("serve", "--home", home.root, "--port", a_free_port())
        assert second.returncode == 1
        assert f"already runs over {home.root} (process {service.pid})" in second.stderr
        told = json.loads(taizhang("health", "--home", home.root, "--json").stdout)
        (vital,) = (v for v in told["vitals"] if v["name"] == "service")
        assert vital["words"] == f"taizhang serve runs as process {service.pid}"

        (daemon,) = started(home, "daemon")
        os.kill(daemon, signal.SIGKILL)
        until(lambda: len(started(home, "daemon")) == 2, 30, "another daemon")
        begun = time.monotonic()
        service.send_signal(signal.SIGTERM)
        said, _ = service.communicate(timeout=30)
        assert time.monotonic() - begun < 20
    finally:
        service.kill()
    assert service.returncode == 0, said
    assert "daemon has ended by signal 9; it is started again in 1 s." in said
    everyone = [
        p for name in ("answerer", "webserver", "daemon", "code") for p in started(home, name)
    ]
    assert len(everyone) == 5 and not any(Path(f"/proc/{process}").exists() for process in everyone)
    assert not (home.root / ".dagster" / "service.json").exists()
    assert ask(port, HEALTHY) is None
