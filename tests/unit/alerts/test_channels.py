"""One message over one channel: it arrives once and readable, or the reason says why, without a secret."""

import logging
import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from apprise import Apprise
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from loopback_servers import a_free_port, a_silent_server
from pydantic import SecretStr
from requests.adapters import HTTPAdapter

from pipelines.alerts.channels import DeliveryError, Dispatch, send
from pipelines.settings import PROJECT_ROOT

NOTE = Dispatch(
    "m1",
    "【台账】2019年3月报表回执：1份受理，1份退回",
    "甲镇：\n· 2019年3月《重点项目进展情况表》：已受理。",
    datetime(2019, 4, 8, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
)
TIMEOUT = 1.0
SECRETS = ("TOPSECRET", "hunter2", "127.0.0.1", "town.example")


def post(url, note=NOTE):
    send(SecretStr(url), note, TIMEOUT)


def fault_of(url):
    begun = time.perf_counter()
    with pytest.raises(DeliveryError) as fault:
        post(url)
    assert time.perf_counter() - begun < TIMEOUT + 1
    assert not [secret for secret in SECRETS if secret in fault.value.reason]
    return fault.value


def test_a_letter_arrives_as_plain_chinese_text_under_its_own_id(mail):
    post(mail.url)
    (letter,) = mail.letters
    assert letter["Subject"] == NOTE.subject
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r", "").strip() == NOTE.body
    assert letter.get_all("Message-ID") == ["<m1@district.example>"]
    assert letter["Date"] == "Mon, 08 Apr 2019 09:30:00 +0800"
    assert letter["From"] == "台账 <ledger@district.example>"
    assert letter["To"] == "jia@town.example"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_second_attempt_is_the_same_letter(mail):
    post(mail.url)
    post(mail.url)
    one, other = mail.letters
    assert one["Message-ID"] == other["Message-ID"]


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("refuses", "refused the recipient (550)"),
        ("busy", "refused (451)"),
        ("slow", "did not answer in time"),
        ("dies", "broke off"),
    ],
)
def test_a_mail_server_in_trouble_is_named_and_may_be_tried_again(mail, mood, reason):
    mail.mood = mood
    fault = fault_of(mail.url)
    assert reason in fault.reason
    assert fault.may_repeat
    assert mail.letters == []


def test_a_mail_server_that_is_down_or_silent(mail):
    mail.stop()
    assert "cannot be reached" in fault_of(mail.url).reason
    with a_silent_server() as port:
        url = f"mailto://127.0.0.1:{port}?from=ledger@district.example&to=jia@town.example"
        assert "in time" in fault_of(url).reason


def test_a_channel_has_one_recipient(mail):
    fault = fault_of(mail.url + ",yi@town.example")
    assert "one recipient" in fault.reason
    assert "one recipient" in fault_of(mail.url + "&cc=yi@town.example").reason
    assert mail.attempts == 0


def test_what_asks_for_encryption_is_not_sent_without(mail):
    assert "STARTTLS" in fault_of(mail.url.replace("mailto", "mailtos") + "&mode=starttls").reason
    assert mail.letters == []


def test_a_web_receiver_gets_the_text(web):
    post(web.url)
    (message,) = web.taken
    assert (message["title"], message["message"]) == (NOTE.subject, NOTE.body)


@pytest.mark.parametrize(
    ("mood", "reason", "may_repeat"),
    [
        ("refuses", "HTTP 503", True),
        ("slow", "without an answer", False),
        ("dies", "without an answer", False),
        ("drips", "no answer within", False),
    ],
)
def test_a_receiver_in_trouble_and_whether_the_message_may_have_arrived(
    web, mood, reason, may_repeat
):
    web.mood = mood
    fault = fault_of(web.url)
    assert reason in fault.reason
    assert fault.may_repeat is may_repeat


def test_without_a_connection_nothing_was_delivered():
    fault = fault_of(f"json://127.0.0.1:{a_free_port()}/hook/TOPSECRET")
    assert "cannot be reached" in fault.reason
    assert fault.may_repeat


def test_a_receiver_that_takes_the_connection_and_stays_silent():
    with a_silent_server() as port:
        assert not fault_of(f"json://127.0.0.1:{port}/hook/TOPSECRET").may_repeat


ROBOTS = [
    (NotifyWeComBot, "wecombot://TOPSECRET", "errcode", lambda m: m["text"]["content"]),
    (NotifyDingTalk, "dingtalk://hunter2@TOPSECRET/", "errcode", lambda m: m["text"]["content"]),
    (NotifyFeishu, "feishu://TOPSECRET", "code", lambda m: m["content"]["text"]),
]


@pytest.fixture
def robots_on_the_loopback(web, monkeypatch):
    for robot, *_ in ROBOTS:
        monkeypatch.setattr(robot, "notify_url", f"http://127.0.0.1:{web.port}/robot")
    return web


@pytest.mark.parametrize(("robot", "url", "code", "text_of"), ROBOTS)
def test_a_robot_gets_subject_and_text_once(robots_on_the_loopback, robot, url, code, text_of):
    web = robots_on_the_loopback
    web.answer = {code: 0, "msg": "success"}
    post(url)
    (message,) = web.taken
    assert text_of(message).replace("\r", "").split("\n")[0] == NOTE.subject
    assert NOTE.body in text_of(message)


@pytest.mark.parametrize(("robot", "url", "code", "text_of"), ROBOTS)
def test_a_robot_that_refuses_with_200_ok_has_not_taken_the_message(
    robots_on_the_loopback, robot, url, code, text_of
):
    web = robots_on_the_loopback
    web.answer = {code: 93000, "errmsg": "invalid key TOPSECRET"}
    fault = fault_of(url)
    assert "code 93000" in fault.reason
    assert fault.may_repeat
    web.answer = "<html>Sign in to the network</html>"
    assert "not that of a robot" in fault_of(url).reason


RUNBOOK = (PROJECT_ROOT / "docs" / "runbooks" / "alerts.md").read_text("utf-8")
ADDRESSES = re.findall(r"`([a-z]+://[^`…]+)`", RUNBOOK)


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_addresses_of_the_runbook_are_understood(url):
    assert Apprise.instantiate(url) is not None


def test_the_mail_addresses_of_the_runbook_lead_to_their_servers():
    provider, own = (Apprise.instantiate(url) for url in ADDRESSES if url.startswith("mailtos"))
    assert (provider.smtp_host, provider.port, provider.secure_mode) == (
        "smtp.qq.com",
        587,
        "starttls",
    )
    assert (provider.from_addr[1], provider.targets[0][1]) == ("USER@qq.com", "unit@example.cn")
    assert (own.smtp_host, own.port, own.secure_mode) == ("smtp.example.cn", 465, "ssl")
    assert (own.from_addr[1], own.targets[0][1]) == ("USER@example.cn", "unit@example.cn")
    assert own.user == "USER@example.cn"


def test_the_runbook_names_every_kind_of_channel():
    kinds = {url.split("://")[0] for url in ADDRESSES}
    assert kinds >= {"mailtos", "wecombot", "dingtalk", "feishu", "json"}


@pytest.mark.parametrize(
    "url", ["nonsense", "wecombot://TOPSECRET!!", "dingtalk://TOP_SECRET/", ""]
)
def test_an_address_that_cannot_be_understood_is_not_repeated(url, caplog, capfd):
    with caplog.at_level(1):
        assert "not one that Apprise understands" in fault_of(url).reason
    assert "SECRET" not in caplog.text + "".join(capfd.readouterr())


def test_nothing_is_logged_that_holds_an_address(web, mail, caplog, capfd):
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    with caplog.at_level(1):
        for mood in ("ok", "refuses", "dies"):
            web.mood = mail.mood = mood
            for url in (web.url, mail.url.replace("//", "//user:hunter2@")):
                try:
                    post(url)
                except DeliveryError as fault:
                    logging.getLogger(__name__).warning("%s", fault)
    logged = caplog.text + "".join(capfd.readouterr())
    assert "HTTP 503" in logged
    assert not [secret for secret in ("TOPSECRET", "hunter2", "town.example") if secret in logged]


def test_requests_is_left_as_it_was(web):
    before = HTTPAdapter.send
    web.mood = "slow"
    fault_of(web.url)
    assert HTTPAdapter.send is before
    web.mood = "ok"
    post(web.url)
    assert HTTPAdapter.send is before
