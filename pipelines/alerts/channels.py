"""Sending one message over one channel: the only importer of apprise and of requests.

A channel's address is a secret: it is never logged, and no reason given here repeats any of it.
When to send, and when to send again, is not decided here.

Apprise knows the addresses of mail providers and robots, and speaks to robots. Two things it leaves to us:
a mail keeps one Message-ID over all attempts, so that mail programs drop a second copy; and a robot that
answers “200 OK” with an error code in the text has refused the message.
"""

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from pydantic import SecretStr
from requests import ConnectTimeout, PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError

# Their lines hold addresses and keys, some of them even as warnings.
_TALKATIVE = ("apprise", "requests", "urllib3")
# Where robots say whether they took the message: 0 is yes (their documentation).
_ROBOT_CODES: dict[type[NotifyBase], tuple[str, ...]] = {
    NotifyWeComBot: ("errcode",),
    NotifyDingTalk: ("errcode",),
    NotifyFeishu: ("code", "StatusCode"),
}
# What web receivers and mailboxes are told who speaks, where the address does not say so.
_PROGRAM, _SENDER = "taizhang", "台账"
# RFC 5321 §4.1.3. The machine's own name would be looked up first, which may take seconds.
_HELO = "[127.0.0.1]"
_one_at_a_time = threading.Lock()


class DeliveryError(Exception):
    """A message that did not surely arrive; ``reason`` holds no secret.

    ``may_repeat``: it was not delivered, or a second copy will be recognised and dropped.
    """

    def __init__(self, reason: str, may_repeat: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_repeat = may_repeat


@dataclass(frozen=True)
class Dispatch:
    """What is sent; the same id for every attempt. ``moment`` is aware and dates a mail."""

    message_id: str
    subject: str
    body: str
    moment: datetime


def send(address: SecretStr, dispatch: Dispatch, timeout: float) -> None:
    """Send a message, waiting ``timeout`` seconds at most. Raises DeliveryError."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    channel = _channel_of(address)
    if isinstance(channel, NotifyEmail):
        _within(timeout, lambda: _mail(channel, dispatch, timeout / 2), may_repeat=True)
        return
    # Half for the connection and half for the answer; the rest of a message's time is a reserve.
    channel.socket_connect_timeout = channel.socket_read_timeout = timeout / 2
    with _one_at_a_time, _overheard() as exchange:
        _within(timeout, lambda: _post(channel, dispatch, exchange), may_repeat=False)


def _channel_of(address: SecretStr) -> NotifyBase:
    asset = AppriseAsset(app_id=_PROGRAM, app_desc=_PROGRAM, secure_logging=True)
    channel = Apprise.instantiate(address.get_secret_value(), asset=asset)
    if not isinstance(channel, NotifyBase):
        raise DeliveryError("the channel's address is not one that Apprise understands")
    return channel


def _within(timeout: float, work: Callable[[], None], may_repeat: bool) -> None:
    """Do the work beside, and stop waiting for it in time: a server may answer drop by drop."""
    faults: list[DeliveryError] = []

    def try_it() -> None:
        try:
            work()
        except DeliveryError as fault:
            faults.append(fault)
        except Exception as fault:
            # A plugin's own failure; its text may repeat the address, its kind does not.
            faults.append(DeliveryError(f"the channel failed ({type(fault).__name__})", may_repeat))

    worker = threading.Thread(target=try_it, daemon=True)
    worker.start()
    worker.join(timeout)
    if worker.is_alive():
        raise DeliveryError(f"no answer within {timeout:g} seconds", may_repeat)
    if faults:
        raise faults[0]


def _mail(channel: NotifyEmail, dispatch: Dispatch, timeout: float) -> None:
    """Hand one letter to the mail server; delivered is what the server has answered for."""
    if len(channel.targets) != 1 or channel.cc or channel.bcc:
        # One refused among several would mean a second copy for all the others.
        raise DeliveryError(
            "a channel has one recipient; name several channels in contacts instead"
        )
    letter = _letter(channel, dispatch)
    try:
        server = _mail_server(channel, timeout)
        try:
            server.send_message(letter)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    except smtplib.SMTPRecipientsRefused as fault:
        code = next(iter(fault.recipients.values()))[0]
        raise DeliveryError(f"the mail server refused the recipient ({code})") from None
    except smtplib.SMTPResponseException as fault:
        raise DeliveryError(f"the mail server refused ({fault.smtp_code})") from None
    except smtplib.SMTPNotSupportedError:
        raise DeliveryError("the mail server offers no STARTTLS or no login") from None
    except ssl.SSLError:
        raise DeliveryError("no secure connection to the mail server") from None
    except ConnectionRefusedError:
        raise DeliveryError("the mail server cannot be reached") from None
    except (smtplib.SMTPException, OSError) as fault:
        # smtplib tells a time-out as a connection that was closed, out of the time-out itself.
        is_late = isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError)
        what = "did not answer in time" if is_late else "broke off the connection"
        raise DeliveryError(f"the mail server {what}") from None


def _letter(channel: NotifyEmail, dispatch: Dispatch) -> EmailMessage:
    name, sender = (str(part or "") for part in channel.from_addr)
    letter = EmailMessage()
    letter["Subject"] = dispatch.subject
    letter["From"] = formataddr((_SENDER if name in ("", _PROGRAM) else name, sender), "utf-8")
    letter["To"] = channel.targets[0][1]
    if channel.reply_to:
        letter["Reply-To"] = ", ".join(sorted(channel.reply_to))
    letter["Date"] = format_datetime(dispatch.moment)
    letter["Message-ID"] = f"<{dispatch.message_id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(dispatch.body + "\n")
    return letter


def _mail_server(channel: NotifyEmail, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if not channel.verify_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = channel.smtp_host, channel.port or 0
    if channel.secure_mode == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _HELO, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, port, _HELO, timeout=timeout)
    try:
        if channel.secure_mode == "starttls":
            server.starttls(context=context)
        if channel.user and channel.password:
            server.login(channel.user, channel.password)
    except BaseException:
        server.close()
        raise
    return server


@dataclass
class _Exchange:
    """The last thing that passed between a plugin, in the thread that speaks, and its server."""

    speaker: int | None = None
    answer: Response | None = None
    fault: RequestException | None = None


def _post(channel: NotifyBase, dispatch: Dispatch, exchange: _Exchange) -> None:
    """Let the plugin speak, and judge by what its server really answered."""
    exchange.speaker = threading.get_ident()
    is_sent = channel.notify(
        body=dispatch.body, title=dispatch.subject, body_format=NotifyFormat.TEXT
    )
    if exchange.fault is not None:
        raise _broken_exchange(exchange.fault)
    if exchange.answer is None:
        if not is_sent:
            raise DeliveryError("the channel did not take the message", may_repeat=False)
        return
    if not is_sent:
        raise DeliveryError(f"the server refused (HTTP {exchange.answer.status_code})")
    for robot, names in _ROBOT_CODES.items():
        if isinstance(channel, robot):
            _check_robot(exchange.answer, names)


def _broken_exchange(fault: RequestException) -> DeliveryError:
    """Without a connection nothing was delivered; after that, an answer is missing, no more is known."""
    if isinstance(fault, ConnectTimeout) or (
        fault.args and isinstance(fault.args[0], MaxRetryError)
    ):
        return DeliveryError("the server cannot be reached")
    return DeliveryError("the server broke off without an answer", may_repeat=False)


def _check_robot(answer: Response, names: tuple[str, ...]) -> None:
    try:
        told = answer.json()
    except ValueError:
        told = None
    codes = [told[name] for name in names if name in told] if isinstance(told, dict) else []
    if not codes:
        raise DeliveryError("the server's answer is not that of a robot")
    if any(code != 0 for code in codes):
        raise DeliveryError(f"the robot refused (code {str(codes[0])[:12]})")


@contextmanager
def _overheard() -> Iterator[_Exchange]:
    """Note what the speaking thread exchanges; Apprise tells neither an answer's text nor what broke.

    Plugins open a session of their own per request, so that only requests' adapter sees them all.
    """
    exchange, original = _Exchange(), HTTPAdapter.send

    def listening(self: HTTPAdapter, request: PreparedRequest, *args: Any, **kw: Any) -> Response:
        if threading.get_ident() != exchange.speaker:
            return original(self, request, *args, **kw)
        try:
            answer = original(self, request, *args, **kw)
            _ = answer.content  # read here, so that a break in the middle is noted as well
        except RequestException as fault:
            exchange.answer, exchange.fault = None, fault
            raise
        exchange.answer, exchange.fault = answer, None
        return answer

    HTTPAdapter.send = listening  # type: ignore[method-assign]
    try:
        yield exchange
    finally:
        HTTPAdapter.send = original  # type: ignore[method-assign]
