"""From the outbox to a server and back: each message arrives once, whatever the servers do meanwhile."""

from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from homes import TOML, a_home
from loopback_servers import MailServer, WebReceiver, a_free_port, a_silent_server, running

from pipelines.alerts import delivery
from pipelines.alerts.announcing import MISPLACED_ADDRESS
from pipelines.alerts.delivery import deliver, send_waiting
from pipelines.database import open_for_writing
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.outbox import Message, claim_due, enqueue, requeue
from pipelines.ledger.work_database import upgrade
from pipelines.settings import AlertSettings, District, HomeSettings

NOW = datetime(2019, 4, 8, 9)
ALERTS = AlertSettings(timeout_seconds=1, max_attempts=4, retry_minutes=(1, 5, 15))


class Desk:
    """A ledger on disk, the settings of its channels, and a clock that only goes forward."""

    def __init__(self, path, monkeypatch):
        self.path, self.monkeypatch = path, monkeypatch
        self.now, self.is_open, self.channels = NOW, False, {}
        with self.ledger() as connection:
            upgrade(connection, ())

    @contextmanager
    def ledger(self):
        with open_for_writing(self.path) as connection:
            self.is_open = True
            try:
                yield connection
            finally:
                self.is_open = False

    def channel(self, name, url):
        self.channels[name] = f"env:CHANNEL_{name}"
        if url is None:
            self.monkeypatch.delenv(f"CHANNEL_{name}", raising=False)
        else:
            self.monkeypatch.setenv(f"CHANNEL_{name}", url)

    def put(self, *messages):
        """Messages as (id, channel)."""
        with self.ledger() as connection:
            listed = [Message(m, "receipt", "jia", c, f"回执{m}", f"正文{m}") for m, c in messages]
            enqueue(connection, listed, [], self.now)

    def run(self, minutes=0):
        self.now += timedelta(minutes=minutes)
        settings = HomeSettings(
            district=District(name="试验区", code="130871", reporting_year=2019),
            alerts=ALERTS,
            channels=self.channels,
        )
        return send_waiting(settings, self.ledger, self.now)

    def rows(self):
        with self.ledger() as connection:
            return {
                row[0]: row[1:]
                for row in connection.execute(
                    "select message_id, state, attempts, last_error from raw.outbox"
                ).fetchall()
            }

    def states(self):
        return {message_id: row[0] for message_id, row in self.rows().items()}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path / "work.duckdb", monkeypatch)


def subjects(mail):
    return [letter["Subject"] for letter in mail.letters]


def test_what_waits_is_sent_once_however_often_it_is_delivered(desk, mail, web):
    desk.channel("mail", mail.url)
    desk.channel("web", web.url)
    desk.put(("1", "mail"), ("2", "mail"), ("3", "web"))
    report = desk.run()
    assert report.counts() == {
        "sent": 3, "failed": 0, "postponed": 0, "held": 0, "given_up": 0, "unconfirmed": 0,
    }  # fmt: skip
    assert report.warnings == ()
    assert desk.run(9999).sent == 0
    assert subjects(mail) == ["回执1", "回执2"]
    assert [message["title"] for message in web.taken] == ["回执3"]
    assert set(desk.states().values()) == {"sent"}


def test_the_ledger_is_closed_while_a_server_is_waited_for(desk, mail, web):
    seen = []
    mail.on_letter = web.on_message = lambda: seen.append(desk.is_open)
    desk.channel("mail", mail.url)
    desk.channel("web", web.url)
    desk.put(("1", "mail"), ("2", "web"))
    desk.run()
    assert seen == [False, False]


@pytest.mark.parametrize("mood", ["refuses", "busy", "slow", "dies"])
def test_a_mail_server_in_trouble_gets_each_letter_once_when_it_is_well_again(desk, mail, mood):
    desk.channel("mail", mail.url)
    desk.put(("1", "mail"), ("2", "mail"))
    mail.mood = mood
    report = desk.run()
    assert (report.sent, report.failed, report.postponed) == (0, 1, 2)
    assert mail.attempts == 1  # the second was not tried behind the first
    assert desk.states() == {"1": "pending", "2": "pending"}
    assert desk.run().failed == 0  # not before its pause is over
    mail.mood = "ok"
    assert desk.run(2).sent == 2
    assert desk.run(999).sent == 0
    assert subjects(mail) == ["回执1", "回执2"]


def test_a_mail_server_that_is_switched_off_and_on_again(desk):
    mail = MailServer()
    desk.channel("mail", mail.url)
    desk.put(("1", "mail"))
    assert desk.run().postponed == 1
    assert desk.run(1).postponed == 1
    with running(mail):
        assert desk.run(4).sent == 0  # five minutes after the second failure
        assert desk.run(1).sent == 1
    assert desk.rows()["1"][:2] == ("sent", 3)
    assert len(mail.letters) == 1


def test_a_receiver_that_is_switched_off_and_on_again(desk):
    web = WebReceiver()
    desk.channel("web", web.url)
    desk.put(("1", "web"))
    assert desk.run().postponed == 1
    with running(web):
        assert desk.run(1).sent == 1
    assert len(web.taken) == 1


def test_a_receiver_that_refuses_is_tried_again_until_it_is_given_up(desk, web):
    desk.channel("web", web.url)
    desk.put(("1", "web"))
    web.mood = "refuses"
    for minutes in (0, 1, 5, 15):
        report = desk.run(minutes)
    assert (report.given_up, report.postponed) == (1, 0)
    assert desk.rows()["1"] == ("given_up", 4, "the server refused (HTTP 503)")
    assert desk.run(9999).failed == 0
    web.mood = "ok"
    with desk.ledger() as connection:
        assert requeue(connection, ["given_up"], desk.now) == 1
    assert desk.run().sent == 1


@pytest.mark.parametrize("mood", ["slow", "dies"])
def test_a_message_that_perhaps_arrived_is_left_to_a_person(desk, web, mood):
    """A robot has no Message-ID: a second copy would stand in the group."""
    desk.channel("web", web.url)
    desk.put(("1", "web"), ("2", "web"))
    web.mood = mood
    report = desk.run()
    assert (report.unconfirmed, report.postponed) == (1, 1)
    assert "perhaps sent" in report.warnings[0]
    arrived = len(web.taken)
    web.mood = "ok"
    desk.run(1)
    desk.run(999)
    assert [message["title"] for message in web.taken[arrived:]] == ["回执2"]
    assert desk.states() == {"1": "unconfirmed", "2": "sent"}


def test_a_dead_channel_does_not_hold_up_the_others(desk, mail):
    with a_silent_server() as port:
        desk.channel("dead", f"mailto://127.0.0.1:{port}?from=a@d.example&to=b@d.example")
        desk.channel("mail", mail.url)
        desk.put(("1", "dead"), ("2", "dead"), ("3", "dead"), ("4", "mail"))
        report = desk.run()
    assert subjects(mail) == ["回执4"]
    assert (report.sent, report.failed, report.postponed) == (1, 1, 3)
    assert {m: row[1] for m, row in desk.rows().items()} == {"1": 1, "2": 0, "3": 0, "4": 1}


def test_a_crash_between_claim_and_record_is_left_to_a_person(desk, mail, monkeypatch):
    desk.channel("mail", mail.url)
    desk.put(("1", "mail"))

    def crash(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "record", crash)
        with pytest.raises(KeyboardInterrupt):
            desk.run()
    assert desk.states() == {"1": "sending"}
    assert desk.run(999).unconfirmed == 1
    assert desk.run(999).sent == 0
    assert len(mail.letters) == 1


def test_a_channel_without_its_variable_waits_and_loses_no_attempt(desk, mail):
    desk.channel("mail", None)
    desk.put(("1", "mail"))
    report = desk.run()
    assert report.postponed == 1
    assert report.warnings == (
        "Channel mail: the environment variable CHANNEL_mail is not set; its messages wait.",
    )
    assert desk.rows()["1"][:2] == ("pending", 0)
    desk.channel("mail", mail.url)
    assert desk.run().sent == 1


def test_a_contact_that_is_no_channel_is_held_and_named(desk, mail):
    desk.put(("1", "mial"))
    report = desk.run()
    assert report.held == 1
    assert "names channel mial, which is not in [channels]" in report.warnings[0]
    desk.channel("mial", mail.url)
    assert "can be queued again" in desk.run().warnings[0]
    with desk.ledger() as connection:
        requeue(connection, ["held"], desk.now)
    assert desk.run().sent == 1


def test_an_address_in_the_registry_is_an_operators_business(desk):
    with desk.ledger() as connection:
        held = Message("1", "receipt", "jia", MISPLACED_ADDRESS, "回执", "正文", "no channel")
        enqueue(connection, [held], [], NOW)
    (warning,) = desk.run().warnings
    assert "Move it into an environment variable" in warning


def a_home_with_mail(root, mail, monkeypatch):
    toml = TOML + '\n[channels]\nmail = "env:UNIT_MAIL"\n[alerts]\ntimeout_seconds = 1\n'
    home = a_home(root, toml=toml)
    monkeypatch.setenv("UNIT_MAIL", mail.url)
    with open_for_writing(home.work_database) as connection:
        upgrade(connection, ())
        enqueue(connection, [Message("1", "receipt", "jia", "mail", "回执", "正文")], [], NOW)
    return home, read_catalogue(home)


def test_a_home_delivers_what_waits(tmp_path, mail, monkeypatch):
    home, catalogue = a_home_with_mail(tmp_path / "home", mail, monkeypatch)
    said = []
    assert deliver(home, catalogue, NOW, said.append).sent == 1
    assert deliver(home, catalogue, NOW, said.append).sent == 0
    assert said == []
    assert len(mail.letters) == 1


def test_only_one_delivery_at_a_time(tmp_path, mail, monkeypatch):
    """The other one's messages are being sent: they are neither sent again nor called unconfirmed."""
    home, catalogue = a_home_with_mail(tmp_path / "home", mail, monkeypatch)
    with delivery._only_sender(home) as is_alone:
        assert is_alone
        with open_for_writing(home.work_database) as connection:
            claim_due(connection, "mail", NOW)
        report = deliver(home, catalogue, NOW, lambda _text: None)
    assert "under way" in report.warnings[0]
    assert mail.letters == []
    assert deliver(home, catalogue, NOW, lambda _text: None).unconfirmed == 1


def test_nothing_is_sent_while_alerts_are_off(tmp_path, mail, monkeypatch):
    home, catalogue = a_home_with_mail(tmp_path / "home", mail, monkeypatch)
    text = home.settings_file.read_text("utf-8").replace("[alerts]", "[alerts]\nenabled = false")
    home.settings_file.write_text(text, "utf-8")
    assert deliver(home, read_catalogue(home), NOW, lambda _text: None).sent == 0
    assert mail.letters == []
    assert catalogue.settings.alerts.enabled


def test_a_port_nobody_listens_on_is_no_mailbox(desk):
    desk.channel("mail", f"mailto://127.0.0.1:{a_free_port()}?from=a@d.example&to=b@d.example")
    desk.put(("1", "mail"))
    desk.run()
    assert desk.rows()["1"] == ("pending", 1, "the mail server cannot be reached")
