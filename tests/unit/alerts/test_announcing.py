"""Who is told what, and when: each thing once per stage, one digest a day, no word too many."""

from datetime import date, datetime, timedelta

import pytest
from small_district import DISTRICT, a_desk, declared_forms, declared_rules

from pipelines.alerts.announcing import announce
from pipelines.ledger.catalogue import Catalogue
from pipelines.settings import AlertSettings, District, HomeSettings

# 2019年3月 is due on Monday 8 April, at the end of the day.
DUE = datetime(2019, 4, 8, 23, 59, 59)
FORM, LEDGER, SECRET_FORM = "progress_report", "project_ledger", "statistics_fai"


class Ledger:
    """A ledger in memory into which returns are put as they were settled."""

    def __init__(self, connection, alerts=None, channels=("mail",)):
        self.connection = connection
        self.catalogue = Catalogue(
            declared_forms(),
            declared_rules(),
            HomeSettings(
                district=District(name="试验区", code="130871", reporting_year=2019),
                alerts=alerts or AlertSettings(),
                channels={name: f"env:{name.upper()}" for name in channels},
            ),
            DISTRICT,
        )
        for unit in ("jia", "yi", "tongji"):
            self.contacts(unit, "mail")

    def contacts(self, unit, contacts, valid_to=None):
        self.connection.execute(
            "update config.units set contacts = ?, valid_to = ? where unit_code = ?",
            [contacts, valid_to, unit],
        )

    def due(self, unit="jia", form=FORM, period="2019-03", at=DUE):
        self.connection.execute(
            "insert into config.due_dates values (?, ?, ?, ?, ?, false)",
            [form, unit, period, date(2019, 3, 31), at],
        )

    def settled(self, receipt, status, at, unit="jia", form=FORM, period="2019-03", **more):
        self.connection.execute(
            "insert into raw.receipts by name select ? as receipt_id, 'l' as load_id,"
            " ? as unit_code, '' as inbox_path, '机密项目.xlsx' as file_name, ? as sha256,"
            " 1 as size_bytes, ? as file_modified_at, 0 as modified_ns, ? as received_at,"
            " true as is_inbox_cleared, ? as status, ? as form_id, ? as period,"
            " ? as superseded_by",
            [receipt, unit, receipt, at, at, status, form, period, more.get("superseded_by")],
        )
        for number, severity in enumerate(more.get("findings", ())):
            self.connection.execute(
                "insert into raw.findings by name select ? as finding_id, ? as receipt_id,"
                " 'GEN-203' as rule_id, ? as severity, '机密项目' as project_name,"
                " 'C5' as cell, ? as value_found, '机密项目 C5 4321.5' as message",
                [f"{receipt}-{number}", receipt, severity, f"4321.{number}"],
            )

    def answered(self, receipt, finding):
        self.connection.execute(
            "insert into raw.replies values (?, ?, '核实无误', null, 'R5')", [receipt, finding]
        )

    def announce(self, now):
        return announce(self.connection, self.catalogue, now)

    def told(self, now):
        """Announce, and give what is new: (unit, kind, subject, body)."""
        before = {row[0] for row in self._rows()}
        self.announce(now)
        return [row[1:] for row in self._rows() if row[0] not in before]

    def _rows(self):
        return self.connection.execute(
            "select message_id || channel, unit_code, kind, subject, body from raw.outbox"
            " order by unit_code, kind desc, channel"
        ).fetchall()

    def states(self):
        return self.connection.execute(
            "select channel, state, last_error from raw.outbox order by channel"
        ).fetchall()


@pytest.fixture
def ledger():
    with a_desk(are_rows_judged=False) as desk:
        yield Ledger(desk.connection)


def day(number, hour=9, month=4):
    return datetime(2019, month, number, hour)


# Receipts


def test_a_unit_gets_one_receipt_for_all_its_returns_of_a_run(ledger):
    ledger.due()
    ledger.settled("r1", "accepted", day(2))
    ledger.settled("r2", "refused", day(2), form=LEDGER, period="2019", findings=["error"] * 2)
    ledger.settled("r3", "accepted_with_warnings", day(2), period="2019-02", findings=["warning"])
    ledger.settled("r4", "duplicate", day(2), period="2019-01")
    ((unit, kind, subject, body),) = ledger.told(day(2))
    assert (unit, kind) == ("jia", "receipt")
    assert subject == "【台账】报表回执：1份退回，1份受理（有疑问），1份受理，1份重复"
    assert body.split("\n") == [
        "甲镇：",
        "您单位报送的4份报表已校验：1份退回，1份受理（有疑问），1份受理，1份重复。",
        "· 2019年《重点项目台账》：退回，2处错误。请改正后尽快重报。",
        "　答复：feedback/jia/r2/",
        "· 2019年2月《重点项目进展情况表》：已受理，有1处疑问请说明。",
        "　答复：feedback/jia/r3/",
        "· 2019年3月《重点项目进展情况表》：已受理。",
        "　答复：feedback/jia/r1/",
        "· 2019年1月《重点项目进展情况表》：与已受理的完全相同，没有变动。",
        "　答复：feedback/jia/r4/",
        "下一步：打开答复文件夹里标注好的工作簿，逐条改正，再把整份报表重新报送。",
        "有疑问的，请在答复工作簿“校验意见”表里填写说明，放进收件文件夹。",
    ]


def test_photographs_are_told_in_one_line_beside_the_returns(ledger):
    photograph = {"form": "photograph", "period": "2019-03"}
    for number in range(30):
        ledger.settled(f"p{number}", "accepted", day(2), **photograph)
    ledger.settled("q", "refused", day(2), findings=["error"], **photograph)
    ((_, _, subject, body),) = ledger.told(day(2))
    assert subject == "【台账】项目照片回执：1张退回，30张受理"
    assert len(body.split("\n")) == 3
    ledger.settled("r1", "accepted", day(3))
    ledger.settled("p30", "accepted_with_warnings", day(3), findings=["warning"], **photograph)
    subject, body = next(one[2:] for one in ledger.told(day(3)) if one[1] == "receipt")
    assert subject == "【台账】2019年3月报表回执：1份受理"
    assert "您单位报送的1份报表已校验：1份受理。" in body
    assert "· 项目照片：1张受理（有疑问）。" in body


def test_a_question_about_a_photograph_is_not_asked_again(ledger):
    ledger.settled(
        "p", "accepted_with_warnings", day(2), form="photograph", period="2019-03",
        findings=["warning"],
    )  # fmt: skip
    ledger.told(day(2))
    assert ledger.told(day(5)) == []


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (day(8, 23), "截止时间：2019年4月8日24时，请在此之前重报。"),
        (day(9, 0), "截止时间：2019年4月8日24时，已过期，请尽快重报。"),
    ],
)
def test_a_refusal_names_the_deadline(ledger, now, words):
    ledger.due()
    ledger.settled("r1", "refused", now)
    ((_, _, subject, body),) = [row for row in ledger.told(now) if row[1] == "receipt"]
    assert subject == "【台账】2019年3月报表回执：1份退回"
    assert words in body


def test_a_return_is_receipted_once_whatever_happens_later(ledger):
    ledger.settled("r1", "accepted", day(2))
    assert len(ledger.told(day(2))) == 1
    ledger.settled("r2", "refused", day(3), form=None, period=None)
    ((_, _, subject, body),) = ledger.told(day(3))
    assert subject == "【台账】报表回执：1份退回"
    assert "认不出的表" in body
    assert ledger.told(day(4)) == []


def test_an_undecided_return_is_told_when_it_is_decided(ledger):
    ledger.settled("r1", "received", day(2))
    assert ledger.told(day(2)) == []


def test_a_message_names_no_project_no_figure_and_no_cell(ledger):
    ledger.due()
    ledger.settled("r1", "refused", day(2), findings=["error", "warning"])
    ledger.settled(
        "r2", "accepted_with_warnings", day(2), "tongji", SECRET_FORM, findings=["warning"]
    )
    said = ledger.told(day(2)) + ledger.told(day(5)) + ledger.told(day(9))
    assert {row[1] for row in said} == {"receipt", "digest"}
    for row in said:
        for secret in ("机密", "4321", "C5", "GEN-"):
            assert secret not in row[2] + row[3]


def test_a_long_receipt_fits_a_robot_and_counts_what_is_left_out(ledger):
    for number in range(60):
        ledger.settled(f"r{number:02}", "refused", day(2), period=f"20{number:02}-01")
    ((_, _, subject, body),) = ledger.told(day(2))
    assert len((subject + "\r\n" + body).encode()) <= 2048
    listed = body.count("\n· ")
    assert f"另有{60 - listed}项" in body
    assert listed > 5
    assert body.split("\n")[-1].startswith("下一步")


# Contacts


def test_every_contact_gets_the_message_and_what_is_no_channel_is_held(ledger):
    ledger.contacts("jia", "mail; outbox:jia;robot;mail")
    ledger.settled("r1", "accepted", day(2))
    assert ledger.announce(day(2)) == 3
    assert ledger.states() == [
        ("mail", "pending", None),
        ("outbox:jia", "held", "this contact is no channel: the unit reads its feedback folder"),
        ("robot", "held", "channel robot is not declared in [channels]"),
    ]


@pytest.mark.parametrize("unit", ["jia", "unknown"])
def test_without_a_contact_the_message_is_held_and_visible(ledger, unit):
    ledger.contacts("jia", None)
    ledger.settled("r1", "accepted", day(2), unit)
    assert ledger.announce(day(2)) == 1
    ((channel, state, because),) = ledger.states()
    assert (channel, state) == ("", "held")
    assert "no contact" in because


def test_an_address_in_the_registry_does_not_travel_on(ledger):
    ledger.contacts("jia", "mailtos://me:hunter2@qq.com")
    ledger.settled("r1", "accepted", day(2))
    ledger.announce(day(2))
    ((channel, state, because),) = ledger.states()
    assert state == "held"
    assert "holds an address" in because
    assert "hunter2" not in channel + because


# The digest


def digest_days(ledger, days, kinds=("digest",)):
    """On which of these days a digest was written, and its subject."""
    return {
        now.day: subject
        for now in days
        for _, kind, subject, _ in ledger.told(now)
        if kind in kinds
    }


def test_a_duty_is_reminded_of_and_missed_once_per_stage(ledger):
    ledger.due()
    said = digest_days(ledger, [day(number, hour) for number in range(1, 28) for hour in (6, 18)])
    assert {number: words.split("：")[1] for number, words in said.items()} == {
        5: "1份即将到期",
        7: "1份即将到期",
        9: "1份逾期未报",
        11: "1份逾期未报",
        15: "1份逾期未报",
    }


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (
            day(5),
            "· 2019年3月《重点项目进展情况表》：2019年4月8日24时到期（还有3天），还没有收到。",
        ),
        (
            day(8),
            "· 2019年3月《重点项目进展情况表》：2019年4月8日24时到期（今天到期），还没有收到。",
        ),
        (day(11), "· 2019年3月《重点项目进展情况表》：2019年4月8日到期，已逾期3天，还没有收到。"),
    ],
)
def test_a_digest_says_what_is_due_when(ledger, now, line):
    ledger.due()
    ((_, _, _, body),) = ledger.told(now)
    assert body.split("\n")[:2] == ["甲镇：", line]


def test_after_an_outage_only_the_latest_stage_is_told(ledger):
    ledger.due()
    assert list(digest_days(ledger, [day(20), day(21), day(30)])) == [20]


def test_what_is_long_past_is_history(ledger):
    ledger.due()
    assert ledger.told(day(17, month=5)) == []


def test_what_was_accepted_is_not_asked_for_even_when_it_was_replaced(ledger):
    ledger.due()
    ledger.settled("r1", "accepted", day(2), superseded_by="r2")
    ledger.settled("r2", "accepted", day(3))
    assert digest_days(ledger, [day(n) for n in range(2, 20)]) == {}


def test_a_moved_due_date_is_reminded_of_anew(ledger):
    ledger.due()
    assert list(digest_days(ledger, [day(7)])) == [7]
    ledger.connection.execute("update config.due_dates set due_at = ?", [DUE + timedelta(days=7)])
    assert list(digest_days(ledger, [day(n) for n in range(8, 16)])) == [12, 14]


def test_everything_of_a_day_is_one_digest_and_the_rest_waits_for_the_next(ledger):
    ledger.due()
    ledger.settled("r0", "accepted_with_warnings", day(2), period="2019-02", findings=["warning"])
    ledger.announce(day(2))
    ledger.settled("r1", "refused", day(8), period="2019-01")
    ledger.announce(day(8))  # the question (three days after) and the duty, due today
    ((unit, kind, subject, body),) = ledger.told(day(9))
    assert (unit, kind) == ("jia", "digest")
    assert subject == "【台账】每日提醒：1份逾期未报，1份退回未重报，1份疑问待说明"
    assert "还有1处疑问没有说明。答复：feedback/jia/r0/" in body
    assert "2019年4月8日退回，还没有重报。答复：feedback/jia/r1/" in body
    ledger.due(period="2019-04", at=day(10))
    assert ledger.told(day(9, 18)) == []
    ((_, _, subject, _),) = ledger.told(day(10))
    assert subject == "【台账】每日提醒：1份即将到期"


def test_a_refusal_of_a_missing_return_is_one_line(ledger):
    ledger.due()
    ledger.settled("r1", "refused", day(8))
    ledger.announce(day(8))
    ((_, _, subject, body),) = ledger.told(day(9))
    assert subject == "【台账】每日提醒：1份逾期未报"
    assert "已逾期1天，退回后还没有重报" in body
    assert ledger.told(day(10)) == []


def test_a_refusal_is_settled_by_what_came_after_it(ledger):
    ledger.settled("r1", "accepted", day(1))
    ledger.settled("r2", "refused", day(2))
    ledger.announce(day(2))
    assert list(digest_days(ledger, [day(3)])) == [3]  # a correction that was sent and refused
    ledger.settled("r3", "accepted", day(4))
    assert digest_days(ledger, [day(n) for n in range(4, 20)]) == {}


def test_a_question_is_asked_until_it_is_answered(ledger):
    ledger.settled("r1", "accepted_with_warnings", day(1), findings=["warning"] * 2)
    ledger.announce(day(1))
    assert list(digest_days(ledger, [day(2), day(3)])) == [2]
    ledger.answered("r1", "r1-0")
    ((_, _, _, body),) = ledger.told(day(4))
    assert "还有1处疑问没有说明" in body
    ledger.answered("r1", "r1-1")
    assert digest_days(ledger, [day(n) for n in range(5, 20)]) == {}


def test_each_unit_hears_of_its_own_affairs_only(ledger):
    ledger.due("jia")
    ledger.due("yi", LEDGER, "2019")
    said = {row[0]: row[3] for row in ledger.told(day(9))}
    assert "进展情况表" in said["jia"] and "台账》" not in said["jia"]
    assert "台账》" in said["yi"] and "进展情况表" not in said["yi"]


def test_a_unit_that_has_ended_is_not_reminded(ledger):
    ledger.due()
    ledger.contacts("jia", "mail", date(2019, 4, 8))
    assert ledger.told(day(9)) == []
    ledger.contacts("jia", "mail", date(2019, 4, 9))
    assert len(ledger.told(day(9))) == 1


# Settings


def test_with_alerts_off_nothing_is_said_and_returns_count_as_told(ledger):
    off = Ledger(ledger.connection, AlertSettings(enabled=False))
    off.due()
    off.settled("r1", "accepted", day(2))
    assert off.announce(day(2)) == 0
    assert off.announce(day(9)) == 0
    ledger.settled("r1b", "accepted", day(9), period="2019-02")
    assert [row[1] for row in ledger.told(day(9))] == ["receipt"]


def test_no_days_mean_no_digest(ledger):
    quiet = Ledger(ledger.connection, AlertSettings(reminder_days=(), notice_days=()))
    quiet.due()
    quiet.settled("r1", "refused", day(1), period="2019-02")
    quiet.announce(day(1))
    assert digest_days(quiet, [day(n) for n in range(2, 25)]) == {}
