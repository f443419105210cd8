"""The operators are told that something is wrong with the service itself: once for each trouble, not at every attempt.

What a trouble is decided elsewhere (a failed run, a vital of the home); here it is put into words and into the outbox.
The declared tables may be the very trouble: they are not read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.alerts.digests import fitted
from pipelines.alerts.supervising import inert
from pipelines.database import Connection, transaction
from pipelines.ledger.outbox import Message, enqueue, stable_id
from pipelines.settings import HomeSettings
from pipelines.text import one_line, plain_lines

# A message of the service is to no unit.
NO_UNIT = ""


@dataclass(frozen=True)
class Trouble:
    """What is wrong. The same ``identity`` is told once.

    ``subject`` and ``sentence`` are Chinese; ``cause`` and ``remedy`` are the words of whoever noticed it, ``where``
    is the file, or the run, to look at.
    """

    identity: str
    subject: str
    sentence: str
    cause: str
    remedy: str
    where: str


def tell_operators(
    connection: Connection, settings: HomeSettings, trouble: Trouble, now: datetime
) -> int:
    """Put a trouble into the outbox for every channel of ``[service] operators``; returns how many messages are new.

    Where none is named the message is held, so that the outbox shows it. With alerts switched off nobody is told.
    """
    if not settings.alerts.enabled:
        return 0
    with transaction(connection):
        return enqueue(connection, _messages(trouble, settings.service.operators), (), now)


def operation_text(trouble: Trouble) -> tuple[str, str]:
    """Subject and body: what happened in one Chinese sentence, then where, why, and what to do."""
    subject = f"【台账】运行提醒：{one_line(trouble.subject)}"
    lines = [f"· 原因：{_lines(trouble.cause)}"]
    tail = [f"位置：{inert(trouble.where)}"]
    if trouble.remedy:
        tail.append(f"处理办法：{_lines(trouble.remedy)}")
    return subject, fitted(subject, [trouble.sentence], "\n".join(lines).split("\n"), tail)


def _lines(text: str) -> str:
    return "\n".join(inert(line) for line in text.strip().splitlines() if line.strip())


def _messages(trouble: Trouble, channels: Sequence[str]) -> list[Message]:
    subject, body = operation_text(trouble)
    return [
        Message(
            stable_id("operation", trouble.identity, channel),
            "operation",
            NO_UNIT,
            channel,
            one_line(subject),
            plain_lines(body),
            None if channel else "[service] operators names no channel",
        )
        for channel in dict.fromkeys(channels or ("",))
    ]
