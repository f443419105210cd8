"""The pages of the running service, opened in a real browser without a window."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as NotShown

BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
# No window, no look-ups of its own: only the page that is asked for.
_SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
_PAGE_SECONDS = 60


@contextmanager
def opened_browser(base_url: str) -> Iterator[Page]:
    """A page of a fresh browser; addresses are relative to ``base_url``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(_SWITCHES))
        context = browser.new_context(base_url=base_url, viewport={"width": 1700, "height": 1000})
        context.set_default_timeout(1000 * _PAGE_SECONDS)
        try:
            yield context.new_page()
        finally:
            browser.close()


def wait_for_text(page: Page, address: str, text: str, seconds: float, kept: Path) -> None:
    """Open the page again and again until a text stands on it; its picture is kept where it never does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.goto(address)
        try:
            page.get_by_text(text).first.wait_for(timeout=5000)
            return
        except NotShown:
            continue
    page.screenshot(path=kept / "never_shown.png")
    raise AssertionError(f"{address} never shows {text!r}: {page.inner_text('body')[:2000]}")
