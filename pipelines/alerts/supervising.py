"""Units are told of nodes that come due and of notices issued or reminded of, once each.

What has to be told stands in the release just published; here it is put into words and into the outbox. Only open
forms are supervised, so projects may be named (contract §6.7). Their names are strangers' words: they are told without
what a robot or a mail program would act upon.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from pipelines.alerts.announcing import Said, addressed, is_valid
from pipelines.alerts.digests import fitted
from pipelines.database import Connection, transaction
from pipelines.ledger.outbox import Item, enqueue, stable_id
from pipelines.ledger.telling import UnitContacts, told_items, units_with_contacts
from pipelines.reports.supervision import NodeComingDue, OpenNotice
from pipelines.settings import HomeSettings
from pipelines.text import one_line
from pipelines.wording import day_words

# “<at user_id="all">” calls a whole group together in 飞书, “@” a person elsewhere, and an address becomes a link
# that seems to be the office's own.
_INERT = str.maketrans("<>@", "＜＞＠")


def announce_supervision(
    connection: Connection,
    settings: HomeSettings,
    nodes: Sequence[NodeComingDue],
    notices: Sequence[OpenNotice],
    now: datetime,
) -> int:
    """Put into the outbox what units have not been told yet; returns how many messages are new.

    A node is told once for each planned date, a notice once when issued and at each reminder.
    """
    if not settings.alerts.enabled:
        return 0
    items = {_node_item(node): node for node in nodes} | {_notice_item(n): n for n in notices}
    with transaction(connection):
        units = units_with_contacts(connection)
        told = told_items(connection, [item.item_id for item in items])
        said = _said(
            {item: matter for item, matter in items.items() if item.item_id not in told},
            units,
            now,
        )
        messages = [message for one in said for message in addressed(one, units, settings)]
        return enqueue(connection, messages, [item for one in said for item in one.items], now)


def supervision_text(
    unit_name: str, nodes: Sequence[NodeComingDue], notices: Sequence[OpenNotice]
) -> tuple[str, str]:
    """Subject and body of a message: notices first, they are late already."""
    counts = ((notices, "份督办通知单"), (nodes, "个节点快到期"))
    subject = f"【台账】督办提醒：{'，'.join(f'{len(m)}{words}' for m, words in counts if m)}"
    lines = [*map(_notice_line, notices), *map(_node_line, nodes)]
    steps = []
    if notices:
        steps.append("督办通知单请按单上的要求办理，办结后按单上写的办法报来。")
    if nodes:
        steps.append("节点完成后，请在节点计划表上填写实际完成时间，由填报单位重新报送。")
    steps.append("已经办结并报送的，请忽略本提醒。")
    return subject, fitted(subject, [f"{unit_name}："], lines, steps)


def _said(
    pending: Mapping[Item, NodeComingDue | OpenNotice],
    units: Mapping[str, UnitContacts],
    now: datetime,
) -> list[Said]:
    by_unit: defaultdict[str, list[Item]] = defaultdict(list)
    for item in pending:
        unit = units.get(item.unit_code)
        if unit is not None and is_valid(unit, now.date()):
            by_unit[item.unit_code].append(item)
    said = []
    for unit_code, items in by_unit.items():
        matters = [pending[item] for item in items]
        subject, body = supervision_text(
            units[unit_code].unit_name,
            [matter for matter in matters if isinstance(matter, NodeComingDue)],
            [matter for matter in matters if isinstance(matter, OpenNotice)],
        )
        identity = stable_id(*sorted(item.item_id for item in items))
        said.append(Said("supervision", unit_code, identity, subject, body, tuple(items)))
    return said


def _node_item(node: NodeComingDue) -> Item:
    return Item("node_reminder", node.unit_code, None, None, f"{node.row_key}-{node.planned_date}")


def _notice_item(notice: OpenNotice) -> Item:
    return Item(
        "supervision_notice", notice.unit_code, None, None, f"{notice.notice_id}-{notice.told_on}"
    )


def _node_line(node: NodeComingDue) -> str:
    left = f"还有{node.days_until_due}天" if node.days_until_due else "今天到期"
    return (
        f"· 项目“{inert(node.project_name)}”的节点“{inert(node.node_name)}”："
        f"计划{day_words(node.planned_date)}完成（{left}）。"
    )


def _notice_line(notice: OpenNotice) -> str:
    event = f"第{notice.reminder_count}次催办" if notice.reminder_count else "督办"
    return f"· {event}：{inert(notice.text)}"


def inert(text: str) -> str:
    """A stranger's words on one line, in which nothing is a call, a tag or a link."""
    return one_line(text).translate(_INERT).replace("://", "：//")
