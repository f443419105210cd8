"""A real mail server and a real receiver of web messages on the loopback, that can misbehave."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


def a_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class MailServer:
    """``mood``: ok, refuses (550 to the recipient), busy (451 to the letter), slow, dies."""

    def __init__(self) -> None:
        self.port = a_free_port()
        self.mood = "ok"
        self.letters: list[email.message.EmailMessage] = []
        self.attempts = 0
        self.on_letter = lambda: None
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=ledger@district.example&to=jia@town.example"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=5)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.attempts += 1
        if self.mood == "refuses":
            return "550 no such mailbox, password hunter2"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.mood == "busy":
            return "451 try again later"
        if self.mood == "slow":
            await asyncio.sleep(30)  # ended when the client goes away
        if self.mood == "dies":
            server.transport.abort()
            return "250 never heard"
        self.on_letter()
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


class WebReceiver:
    """``mood``: ok, refuses (503), slow (takes the message, answers too late), dies, drips.

    ``answer`` is what it says with 200 OK.
    """

    def __init__(self) -> None:
        self.port = a_free_port()
        self.mood = "ok"
        self.answer: object = {"errcode": 0, "errmsg": "ok"}
        self.taken: list[dict] = []
        self.paths: list[str] = []
        self.on_message = lambda: None
        self.is_over = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook/TOPSECRET"

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._receive(self)

            def log_message(self, *_args) -> None:
                pass

        ThreadingHTTPServer.daemon_threads = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.is_over.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _receive(self, request: BaseHTTPRequestHandler) -> None:
        self.paths.append(request.path)
        message = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        if self.mood == "refuses":
            request.send_error(503, "TOPSECRET")
            return
        if self.mood == "dies":
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        self.on_message()
        self.taken.append(message)
        if self.mood == "slow":
            self.is_over.wait(30)
            return
        body = json.dumps(self.answer).encode()
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        for byte in body if self.mood == "drips" else ():
            request.wfile.write(bytes([byte]))
            if self.is_over.wait(0.1):
                return
        request.wfile.write(body if self.mood != "drips" else b"")


@contextmanager
def running(*servers) -> Iterator[None]:
    for server in servers:
        server.start()
    try:
        yield
    finally:
        for server in servers:
            server.stop()


@contextmanager
def a_silent_server() -> Iterator[int]:
    """Takes connections and never says a word; gives its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]
