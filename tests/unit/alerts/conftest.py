"""Servers on the loopback, reached without any proxy."""

import pytest
from loopback_servers import MailServer, WebReceiver, running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def mail():
    server = MailServer()
    with running(server):
        yield server


@pytest.fixture
def web():
    receiver = WebReceiver()
    with running(receiver):
        yield receiver
