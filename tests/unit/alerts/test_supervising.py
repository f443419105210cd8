"""Units hear of a node once before its date, and of a notice once each time it is issued or reminded of."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from small_district import a_desk

from pipelines.alerts.delivery import DeliveryReport
from pipelines.alerts.digests import LONGEST_BYTES
from pipelines.alerts.supervising import announce_supervision, supervision_text
from pipelines.reports.supervision import NodeComingDue, OpenNotice
from pipelines.settings import AlertSettings, District, HomeSettings

NOW = datetime(2022, 7, 5, 18)
NODE = NodeComingDue("k1", "jia", "滨河路", "封顶", date(2022, 7, 10), 5)
NOTICE = OpenNotice(
    "n1", "jia", "甲镇", "滨河路", "节点计划", "装修", date(2022, 6, 20), 15, date(2022, 6, 21), 0, None,
    date(2022, 6, 28), "项目“滨河路”的节点“装修”应当在2022年6月20日前完成。",
)  # fmt: skip


def settings(**alerts):
    return HomeSettings(
        district=District(name="试验区", code="130871", reporting_year=2022),
        alerts=AlertSettings(**alerts),
        channels={"mail": "env:MAIL"},
    )


@pytest.fixture
def ledger():
    with a_desk(are_rows_judged=False) as desk:
        desk.connection.execute("update config.units set contacts = 'mail', valid_to = null")
        yield desk.connection


def told(ledger, nodes, notices, now=NOW, **alerts):
    """Announce, and give what is new: (unit, subject, body)."""
    seen = {row[0] for row in ledger.execute("select message_id from raw.outbox").fetchall()}
    announce_supervision(ledger, settings(**alerts), nodes, notices, now)
    rows = ledger.execute(
        "select message_id, unit_code, subject, body from raw.outbox where kind = 'supervision'"
        " order by unit_code, created_at, message_id"
    ).fetchall()
    return [row[1:] for row in rows if row[0] not in seen]


def test_a_unit_gets_one_message_about_its_nodes_and_notices(ledger):
    other = replace(NODE, row_key="k2", unit_code="yi", days_until_due=0)
    first, second = told(ledger, [NODE, other], [NOTICE])
    assert first == (
        "jia",
        "【台账】督办提醒：1份督办通知单，1个节点快到期",
        "\n".join(
            [
                "甲镇：",
                "· 督办：项目“滨河路”的节点“装修”应当在2022年6月20日前完成。",
                "· 项目“滨河路”的节点“封顶”：计划2022年7月10日完成（还有5天）。",
                "督办通知单请按单上的要求办理，办结后按单上写的办法报来。",
                "节点完成后，请在节点计划表上填写实际完成时间，由填报单位重新报送。",
                "已经办结并报送的，请忽略本提醒。",
            ]
        ),
    )
    assert second[:2] == ("yi", "【台账】督办提醒：1个节点快到期")
    assert "（今天到期）" in second[2]


def test_each_thing_is_told_once_until_its_date_or_its_event_is_another(ledger):
    assert told(ledger, [NODE], [NOTICE])
    assert told(ledger, [replace(NODE, days_until_due=3)], [NOTICE]) == []
    ((_, subject, body),) = told(
        ledger,
        [replace(NODE, planned_date=date(2022, 7, 12))],
        [replace(NOTICE, reminder_count=1, last_reminded_on=date(2022, 7, 5))],
    )
    assert subject == "【台账】督办提醒：1份督办通知单，1个节点快到期"
    assert "· 第1次催办：" in body


def test_two_loads_of_one_day_may_both_have_news(ledger):
    assert len(told(ledger, [NODE], [])) == 1
    assert len(told(ledger, [NODE], [NOTICE])) == 1


def test_a_unit_that_is_gone_is_not_told_and_hears_of_it_when_it_is_back(ledger):
    ledger.execute("update config.units set valid_to = '2022-06-30' where unit_code = 'jia'")
    unknown = replace(NODE, row_key="k9", unit_code="nobody")
    assert told(ledger, [NODE, unknown], [NOTICE]) == []
    ledger.execute("update config.units set valid_to = null where unit_code = 'jia'")
    assert len(told(ledger, [NODE, unknown], [NOTICE])) == 1


def test_switched_off_nothing_is_put_into_the_outbox(ledger):
    assert told(ledger, [NODE], [NOTICE], enabled=False) == []
    assert len(told(ledger, [NODE], [NOTICE])) == 1


def test_very_many_are_counted_instead_of_listed():
    many = [replace(NOTICE, notice_id=f"n{number}") for number in range(200)]
    subject, body = supervision_text("甲镇", [NODE], many)
    assert subject == "【台账】督办提醒：200份督办通知单，1个节点快到期"
    assert len((subject + body).encode()) <= LONGEST_BYTES
    assert "详见答复文件夹" in body


def test_two_deliveries_of_a_run_are_shown_as_one():
    first = DeliveryReport(sent=2, failed=1, held=1, warnings=("a",))
    second = DeliveryReport(sent=1, held=3, warnings=("a", "b"))
    assert second.following(first) == DeliveryReport(sent=3, failed=1, held=3, warnings=("a", "b"))
    assert second.following(None) is second
