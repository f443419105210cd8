"""The outbox: a message is sent once, told once, tried with growing pauses, and lost nowhere."""

from datetime import datetime, timedelta

import pytest

from pipelines.database import open_in_memory
from pipelines.ledger.outbox import (
    Attempt,
    Item,
    Message,
    Patience,
    claim_due,
    count_states,
    due_channels,
    enqueue,
    held_by_channel,
    hold_unless,
    in_states,
    record,
    requeue,
    settle_interrupted,
    stable_id,
)
from pipelines.ledger.work_database import DDL_FOLDER, upgrade

NOW = datetime(2019, 4, 8, 9)
PATIENCE = Patience(4, (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)))


@pytest.fixture
def ledger():
    with open_in_memory() as connection:
        upgrade(connection, ())
        yield connection


def a_message(message_id="m1", channel="mail", held=None):
    return Message(message_id, "receipt", "jia", channel, "回执", "甲镇：", held)


def put(ledger, *messages, items=(), at=NOW):
    return enqueue(ledger, messages, items, at)


def states(ledger):
    return dict(ledger.execute("select message_id, state from raw.outbox").fetchall())


def test_the_same_message_enters_once(ledger):
    assert put(ledger, a_message("m1"), a_message("m2"), a_message("m2")) == 2
    assert put(ledger, a_message("m1"), at=NOW + timedelta(days=1)) == 0
    assert count_states(ledger) == {"pending": 2}


def test_the_same_thing_is_noted_once(ledger):
    item = Item("reminder", "jia", "progress_report", "2019-03", "3d-before-2019-04-08")
    put(ledger, items=[item, item])
    put(ledger, items=[item], at=NOW + timedelta(days=1))
    assert ledger.execute("select told_at from raw.outbox_items").fetchall() == [(NOW,)]


def test_ids_are_stable_and_tell_their_parts_apart():
    assert stable_id("a", None, "b") == stable_id("a", "", "b")
    assert stable_id("a|", "b") != stable_id("a", "|b")
    assert stable_id("a", "b") != stable_id("b", "a")
    # written into ledgers: it must not change with a version of the program
    assert stable_id("receipt", "jia") == "61463bc5a3f4988a6f75f23cc54af60d"


def test_claimed_messages_are_claimed_once_and_oldest_first(ledger):
    put(ledger, a_message("later"), at=NOW)
    put(ledger, a_message("older"), at=NOW - timedelta(hours=1))
    put(ledger, a_message("elsewhere", "robot"), a_message("nowhere", "", held="no contact"))
    assert due_channels(ledger, NOW) == ["mail", "robot"]
    assert [m.message_id for m in claim_due(ledger, "mail", NOW)] == ["older", "later"]
    assert claim_due(ledger, "mail", NOW) == []
    assert states(ledger) == {
        "later": "sending",
        "older": "sending",
        "elsewhere": "pending",
        "nowhere": "held",
    }


def test_a_sent_message_is_never_due_again(ledger):
    put(ledger, a_message())
    claim_due(ledger, "mail", NOW)
    record(ledger, [Attempt("m1", "sent")], PATIENCE, NOW)
    assert due_channels(ledger, NOW + timedelta(days=99)) == []
    assert ledger.execute("select state, attempts, sent_at from raw.outbox").fetchall() == [
        ("sent", 1, NOW)
    ]


def test_pauses_grow_until_a_message_is_given_up(ledger):
    put(ledger, a_message())
    now, pauses = NOW, []
    for _ in range(PATIENCE.max_attempts):
        (message,) = claim_due(ledger, "mail", now)
        record(ledger, [Attempt(message.message_id, "failed", "HTTP 503")], PATIENCE, now)
        ((state, due),) = ledger.execute("select state, next_attempt_at from raw.outbox").fetchall()
        if state == "pending":
            assert claim_due(ledger, "mail", due - timedelta(seconds=1)) == []
            pauses.append(due - now)
            now = due
    assert pauses == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    (given_up,) = in_states(ledger, ["given_up"])
    assert (given_up.attempts, given_up.last_error) == (4, "HTTP 503")
    assert due_channels(ledger, now + timedelta(days=9)) == []


def test_what_was_not_tried_does_not_count_as_an_attempt(ledger):
    put(ledger, a_message())
    for _ in range(PATIENCE.max_attempts + 1):
        now = in_states(ledger, ["pending"])[0].next_attempt_at
        claim_due(ledger, "mail", now)
        record(ledger, [Attempt("m1", "postponed")], PATIENCE, now)
    (waiting,) = in_states(ledger, ["pending"])
    assert waiting.attempts == 0
    assert waiting.next_attempt_at == now + timedelta(minutes=1)


def test_a_crash_while_sending_leaves_it_to_a_person(ledger):
    put(ledger, a_message())
    claim_due(ledger, "mail", NOW)
    assert settle_interrupted(ledger) == 1
    assert settle_interrupted(ledger) == 0
    assert due_channels(ledger, NOW + timedelta(days=9)) == []
    assert requeue(ledger, ["unconfirmed"], NOW) == 1
    assert [m.message_id for m in claim_due(ledger, "mail", NOW)] == ["m1"]


def test_what_perhaps_arrived_is_not_tried_again(ledger):
    put(ledger, a_message())
    claim_due(ledger, "mail", NOW)
    record(ledger, [Attempt("m1", "unknown", "no answer")], PATIENCE, NOW)
    assert states(ledger) == {"m1": "unconfirmed"}


def test_only_what_is_being_sent_is_recorded(ledger):
    put(ledger, a_message())
    record(ledger, [Attempt("m1", "sent"), Attempt("unheard_of", "sent")], PATIENCE, NOW)
    assert states(ledger) == {"m1": "pending"}


def test_a_channel_that_is_declared_no_longer_holds_its_messages(ledger):
    put(ledger, a_message("m1", "gone"), a_message("m2", "mail"))
    assert hold_unless(ledger, ["mail"]) == 1
    assert held_by_channel(ledger) == {"gone": 1}
    (held,) = in_states(ledger, ["held"])
    assert held.last_error == "channel gone is not declared in [channels]"
    assert requeue(ledger, ["held"], NOW) == 1
    assert hold_unless(ledger, ["mail", "gone"]) == 0


def test_a_person_cannot_send_again_what_was_sent(ledger):
    with pytest.raises(ValueError, match="sent"):
        requeue(ledger, ["sent"], NOW)


def test_returns_settled_before_messages_existed_count_as_told(tmp_path):
    first = tmp_path / "0001_ledger.sql"
    first.write_text((DDL_FOLDER / first.name).read_text("utf-8"), "utf-8")
    with open_in_memory() as connection:
        upgrade(connection, (), tmp_path)
        for receipt_id, status in (("old", "refused"), ("open", "received")):
            connection.execute(
                "insert into raw.receipts by name select ? as receipt_id, 'l' as load_id,"
                " 'jia' as unit_code, 'p' as inbox_path, 'f' as file_name, 's' as sha256,"
                " 1 as size_bytes, ? as file_modified_at, 0 as modified_ns, ? as received_at,"
                " true as is_inbox_cleared, ? as status",
                [receipt_id, NOW, NOW, status],
            )
        upgrade(connection, ())
        told = connection.execute("select receipt_id from raw.outbox_items").fetchall()
    assert told == [("old",)]
