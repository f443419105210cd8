"""What somebody sees who opens the Dagster pages: the way of the data, and what failed.

A service is started as an operator starts it; a faulty return is dropped into its inbox, and nothing else is done.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from dagster_pages import BROWSER, opened_browser, wait_for_text
from homes import drop
from long_homes import LongStory
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pytest import fixture, mark

from pipelines.settings import Home

pytestmark = mark.skipif(BROWSER is None, reason="no Chromium on this machine (Debian: chromium)")

GROUPS = (
    "01_declarations", "02_ledger", "03_answers", "04_staging", "05_intermediate", "06_marts",
    "07_release", "08_reports", "09_periods",
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """A running service over a home."""

    home: Home
    url: str


@fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    home = _home_with_a_faulty_return(tmp_path_factory.mktemp("interface") / "home")
    port = _free_port()
    command = [Path(sys.executable).with_name("taizhang"), "serve", "--home", home.root]
    with (home.root.parent / "service.txt").open("w") as said:
        running = subprocess.Popen(
            [*map(str, command), "--port", str(port), "--no-watch"],
            stdout=said,
            stderr=said,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            yield Service(home, f"http://127.0.0.1:{port}")
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)


@fixture
def page(service) -> Iterator[Page]:
    _wait_for_the_server(service)
    with opened_browser(service.url) as page:
        yield page


def test_a_faulty_return_shows_as_a_failed_check_of_its_rule(page, service, tmp_path):
    address = "/assets/raw/progress_report?view=checks&checkDetail=GEN_204"
    wait_for_text(page, address, "Failed", 180, tmp_path)
    # Which file, which cell and what to do is on the page itself.
    for told in ("2016-01进展1.xlsx", "E5", "一百多"):
        expect(page.get_by_text(told).first).to_be_visible()
    assert not list(service.home.inbox.rglob("*.xlsx"))
    # The pool that lets one step at a time write the ledger was used.
    page.goto("/deployment/concurrency")
    expect(page.get_by_text("ledger", exact=True).first).to_be_visible()


def test_the_groups_stand_in_the_order_of_the_datas_way(page):
    page.goto("/asset-groups")
    places = [page.get_by_text(group, exact=True).first for group in GROUPS]
    for place in places:
        expect(place).to_be_visible()
    heights = [place.bounding_box()["y"] for place in places]
    assert heights == sorted(heights)


def test_the_graph_runs_from_left_to_right(page):
    page.goto("/asset-groups")
    drawn = page.locator("svg").get_by_text
    lefts = [
        drawn(group, exact=True).first.bounding_box()["x"]
        for group in ("02_ledger", "04_staging", "06_marts", "07_release", "08_reports")
    ]
    assert lefts == sorted(lefts)


@mark.parametrize(
    ("address", "told"),
    [
        ("/jobs", ("answer", "load", "deliver", "rebuild", "revalidate")),
        ("/automation", ("inbox", "daily_load", "catch_up")),
        ("/assets", ("config / awards",)),
        ("/runs", ("answer",)),
        ("/deployment/locations", ("taizhang",)),
        ("/deployment/daemons", ("Running",)),
        ("/assets/published/release", ("release",)),
        ("/assets/periods/figures?view=partitions", ("Partitions Selected",)),
    ],
)
def test_every_page_shows_what_it_is_for(page, address, told):
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    for text in told:
        expect(page.get_by_text(text).first).to_be_visible()
    assert not problems


def _home_with_a_faulty_return(root: Path) -> Home:
    """Two townships with their ledgers; one of them writes words where a figure is asked for."""
    story = LongStory(units=2, projects=3, resent=0, statistics=False)
    home = story.home(root)
    yesterday = datetime.now() - timedelta(days=1)
    for arrival in story.month(0):
        data = arrival.data
        if arrival.inbox_path == "u01/2016-01进展1.xlsx":
            data = _with_words_for_a_figure(data)
        drop(home, arrival.inbox_path, data, yesterday)
    return home


def _with_words_for_a_figure(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    book.active["E5"] = "一百多"
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for_the_server(service: Service) -> None:
    for _ in range(120):
        try:
            with urlopen(f"{service.url}/server_info", timeout=5):
                return
        except OSError:
            signal.sigtimedwait([], 1)
    raise AssertionError((service.home.root.parent / "service.txt").read_text()[-3000:])
