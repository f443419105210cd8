"""From the ledger to the outbox: who is told what now, and where each unit is reached.

The texts are ``digests``, the stages ``stages``; nothing is sent here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.alerts.digests import digest_text, receipt_text
from pipelines.alerts.stages import STALE_AFTER_DAYS, notice_stage, reminder_stage
from pipelines.database import Connection, transaction
from pipelines.declarations.deadlines import is_late
from pipelines.declarations.photographs import PHOTOGRAPH, PHOTOGRAPH_TITLE
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.outbox import Item, ItemKind, Message, MessageKind, enqueue, stable_id
from pipelines.ledger.telling import (
    Judged,
    MissingReturn,
    OpenMatter,
    UnitContacts,
    judged_and_not_told,
    missing_returns,
    open_matters,
    told_items,
    units_with_contacts,
    units_with_digest,
)
from pipelines.settings import AlertSettings, HomeSettings
from pipelines.text import one_line, plain_lines

# A contact of this kind says that the unit reads its feedback folder and gets no message.
NO_CHANNEL = "outbox:"
# Stands for an address somebody wrote into units.csv: with its password it must not travel on.
MISPLACED_ADDRESS = "outbox:(an address)"


@dataclass(frozen=True)
class Said:
    """One message to one unit, before it is known by which channels it goes; and what it tells."""

    kind: MessageKind
    unit_code: str
    identity: str
    subject: str
    body: str
    items: tuple[Item, ...]


def announce(connection: Connection, catalogue: Catalogue, now: datetime) -> int:
    """Put into the outbox what units are to be told now; returns how many messages are new.

    Receipts for every return settled since the last time, and at most one digest per unit and day.
    With alerts switched off, returns count as told, so that switching on does not flood anybody.
    """
    settings = catalogue.settings
    titles = {form.form_id: form.header.title for form in catalogue.forms}
    titles[PHOTOGRAPH] = PHOTOGRAPH_TITLE
    with transaction(connection):
        units = units_with_contacts(connection)
        judged = judged_and_not_told(connection)
        if not settings.alerts.enabled:
            items = [_receipt_item(one) for one in judged]
            return enqueue(connection, [], items, now)
        said = [
            *_receipts(judged, units, titles, now),
            *_digests(connection, settings.alerts, units, titles, now),
        ]
        messages = [m for one in said for m in addressed(one, units, settings)]
        items = [item for one in said for item in one.items]
        return enqueue(connection, messages, items, now)


def _receipts(
    judged: Sequence[Judged],
    units: Mapping[str, UnitContacts],
    titles: Mapping[str, str],
    now: datetime,
) -> list[Said]:
    by_unit: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_unit[one.unit_code].append(one)
    said = []
    for unit_code, returns in by_unit.items():
        subject, body = receipt_text(_name(unit_code, units), returns, titles, now)
        identity = stable_id(*sorted(one.receipt_id for one in returns))
        items = tuple(_receipt_item(one) for one in returns)
        said.append(Said("receipt", unit_code, identity, subject, body, items))
    return said


def _receipt_item(judged: Judged) -> Item:
    return Item(
        "receipt", judged.unit_code, judged.form_id, judged.period, receipt_id=judged.receipt_id
    )


def _digests(
    connection: Connection,
    alerts: AlertSettings,
    units: Mapping[str, UnitContacts],
    titles: Mapping[str, str],
    now: datetime,
) -> list[Said]:
    """One digest for each unit that has something new to hear and got none today."""
    today = now.date()
    done = units_with_digest(connection, today)
    pending = _untold(connection, _pressing(connection, alerts, today))
    by_unit: defaultdict[str, list[tuple[MissingReturn | OpenMatter, Item]]] = defaultdict(list)
    for matter, item in pending:
        unit = units.get(item.unit_code)
        if unit is not None and item.unit_code not in done and is_valid(unit, today):
            by_unit[item.unit_code].append((matter, item))
    said = []
    for unit_code, listed in by_unit.items():
        missing = [matter for matter, _ in listed if isinstance(matter, MissingReturn)]
        slots = {(duty.form_id, duty.period) for duty in missing}
        # A refused return whose slot is in the list as missing is named there.
        matters = [
            matter
            for matter, _ in listed
            if isinstance(matter, OpenMatter)
            and not (matter.kind == "refusal" and (matter.form_id, matter.period) in slots)
        ]
        subject, body = digest_text(_name(unit_code, units), missing, matters, titles, today)
        items = tuple(item for _, item in listed)
        said.append(Said("digest", unit_code, today.isoformat(), subject, body, items))
    return said


def _pressing(
    connection: Connection, alerts: AlertSettings, today: date
) -> Iterable[tuple[MissingReturn | OpenMatter, Item]]:
    """Everything that has reached a stage, with the thing told by it."""
    oldest = today - timedelta(days=max(alerts.notice_days, default=0) + STALE_AFTER_DAYS)
    farthest = today + timedelta(days=max(alerts.reminder_days, default=0))
    since = datetime.combine(oldest, time.min)
    for duty in missing_returns(connection, since, datetime.combine(farthest, time.max)):
        due = duty.due_at.date()
        kind: ItemKind = "notice" if is_late(today, duty.due_at) else "reminder"
        stage = (
            notice_stage(today, due, alerts.notice_days)
            if kind == "notice"
            else reminder_stage(today, due, alerts.reminder_days)
        )
        if stage is not None:
            yield duty, Item(kind, duty.unit_code, duty.form_id, duty.period, stage)
    for matter in open_matters(connection, since):
        stage = notice_stage(today, matter.received_at.date(), alerts.notice_days)
        if stage is not None:
            yield (
                matter,
                Item(
                    matter.kind, matter.unit_code, matter.form_id, matter.period, stage,
                    matter.receipt_id,
                ),
            )  # fmt: skip


def _untold(
    connection: Connection, pressing: Iterable[tuple[MissingReturn | OpenMatter, Item]]
) -> list[tuple[MissingReturn | OpenMatter, Item]]:
    listed = list(pressing)
    told = told_items(connection, [item.item_id for _, item in listed])
    return [(matter, item) for matter, item in listed if item.item_id not in told]


def addressed(
    said: Said, units: Mapping[str, UnitContacts], settings: HomeSettings
) -> list[Message]:
    """One message per contact of the unit; one that is held where there is no contact.

    A subject is one line, whatever stood in a name: a second one would be a header of a mail.
    """
    unit = units.get(said.unit_code)
    listed = [part.strip() for part in (unit.contacts or "").split(";")] if unit else []
    named = [MISPLACED_ADDRESS if "://" in part else part for part in listed if part]
    contacts = list(dict.fromkeys(named)) or [""]
    return [
        Message(
            stable_id(said.kind, said.unit_code, said.identity, contact),
            said.kind,
            said.unit_code,
            contact,
            one_line(said.subject),
            plain_lines(said.body),
            _why_held(contact, settings),
        )
        for contact in contacts
    ]


def _why_held(contact: str, settings: HomeSettings) -> str | None:
    if not contact:
        return "units.csv names no contact for this unit"
    if contact in settings.channels:
        return None
    if contact == MISPLACED_ADDRESS:
        return "contacts holds an address; name a channel of [channels] instead"
    if contact.startswith(NO_CHANNEL):
        return "this contact is no channel: the unit reads its feedback folder"
    return f"channel {contact} is not declared in [channels]"


def _name(unit_code: str, units: Mapping[str, UnitContacts]) -> str:
    unit = units.get(unit_code)
    return unit.unit_name if unit else unit_code


def is_valid(unit: UnitContacts, today: date) -> bool:
    return unit.valid_to is None or today <= unit.valid_to
