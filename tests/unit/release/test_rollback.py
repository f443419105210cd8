"""The way back: a kept release is put in place again, and nothing of the one left behind is lost."""

import os
from datetime import datetime, timedelta

import pytest
from releases import NOW, build_marts, change_marts, load, publish_marts
from small_district import declared_forms

from pipelines.database import open_read_only
from pipelines.ledger.snapshots import begin_build
from pipelines.problems import OperatorError
from pipelines.release.audit import audit_home
from pipelines.release.publishing import current_release, publish
from pipelines.release.record import events, who
from pipelines.release.rollback import list_releases
from pipelines.release.rollback import roll_back as roll_back_with

LATER = NOW + timedelta(hours=2)


def roll_back(home, number, now, reason):
    return roll_back_with(home, number, now, reason, declared_forms())


def three_releases(home):
    publish_marts(home)
    for number in (2, 3):
        change_marts(home, f"update marts.fct_investment set value_status = '{number}'")
        publish_marts(home)


def shown(home):
    with open_read_only(home.reporting_database) as connection:
        return connection.execute(
            "select distinct value_status from marts.fct_investment"
        ).fetchall()


def numbers(home):
    return sorted(int(path.name) for path in (home.published / "releases").iterdir())


def test_an_older_release_is_put_back_and_who_did_it_is_recorded(home):
    three_releases(home)
    roll_back(home, 1, LATER, "年初数有误")
    assert shown(home) == [("submitted",)] and current_release(home).name == "1"
    last = events(home)[-1]
    assert (last.event, last.release, last.from_release) == ("rolled_back", 1, 3)
    assert (last.by, last.at, last.reason) == (who(), LATER, "年初数有误")
    assert home.release_record.stat().st_mode & 0o777 == 0o600
    marks = {r.number: (r.is_in_place, r.is_stepped_back_from) for r in list_releases(home)}
    assert marks == {1: (True, False), 2: (False, False), 3: (False, True)}


def test_the_next_load_keeps_what_was_stepped_back_from_and_counts_on(home):
    three_releases(home)
    roll_back(home, 1, LATER, None)
    assert publish_marts(home).release_id == 4
    assert numbers(home) == [1, 2, 3, 4] and shown(home) == [("3",)]


def test_a_cut_off_publication_after_a_rollback_is_still_told_from_what_was_left(home):
    three_releases(home)
    roll_back(home, 2, LATER, None)
    (home.published / "releases" / "4").mkdir()
    with pytest.raises(OperatorError, match="Release 4 is not kept"):
        roll_back(home, 4, LATER, None)
    assert publish_marts(home).release_id == 4
    assert numbers(home) == [1, 2, 3, 4]


def test_the_number_of_a_release_that_was_left_is_not_given_again(home):
    three_releases(home)
    roll_back(home, 1, LATER, None)
    assert publish_marts(home, keep=1).release_id == 4
    assert numbers(home) == [4]


def test_one_may_go_forward_again(home):
    three_releases(home)
    roll_back(home, 1, LATER, None)
    roll_back(home, 3, LATER, None)
    assert shown(home) == [("3",)]
    assert audit_faults(home) == []


def audit_faults(home):
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


def test_an_audit_after_a_rollback_says_what_cannot_be_proved(home):
    publish_marts(home)
    publish_marts(home)
    roll_back(home, 1, LATER, "试一次")
    proofs = audit_home(home, declared_forms(), 0)
    assert [fault for proof in proofs for fault in proof.faults] == []
    notes = [note for proof in proofs for note in proof.notes]
    assert any("not proved" in note and "试一次" in note for note in notes)
    path = current_release(home) / "reporting.duckdb"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert any("not the file that was made" in fault for fault in audit_faults(home))


@pytest.mark.parametrize("number", [3, 7, 0])
def test_the_one_in_place_and_one_that_is_not_kept_are_refused(home, number):
    three_releases(home)
    with pytest.raises(OperatorError):
        roll_back(home, number, LATER, None)
    assert current_release(home).name == "3" and all(e.event == "published" for e in events(home))


@pytest.mark.parametrize("name", ["reporting.duckdb", "statistics.duckdb", "manifest.json"])
@pytest.mark.parametrize("is_gone", [True, False])
def test_a_release_that_is_not_what_was_made_is_not_put_back(home, name, is_gone):
    three_releases(home)
    path = home.published / "releases" / "1" / name
    path.chmod(0o644)
    if is_gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b" ")
    with pytest.raises(OperatorError, match="not what was made"):
        roll_back(home, 1, LATER, None)
    assert current_release(home).name == "3"


def test_a_switch_that_fails_leaves_the_release_in_place_and_the_next_load_goes_on(
    home, monkeypatch
):
    three_releases(home)

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "symlink", fail)
        with pytest.raises(OSError, match="No space"):
            roll_back(home, 1, LATER, None)
    assert current_release(home).name == "3"
    assert publish_marts(home).release_id == 4 and numbers(home) == [1, 2, 3, 4]


def recorded(home):
    with open_read_only(home.work_database) as connection:
        return connection.execute("select release_id from history.releases order by all").fetchall()


def test_what_a_cut_off_load_published_is_recorded_before_another_release_is_put_in_place(
    home, monkeypatch
):
    publish_marts(home)
    load(home, NOW + timedelta(hours=1))
    build_marts(home)
    begin_build(home)
    publish(home, home.settings())  # and then the load was killed
    assert recorded(home) == [(1,)]

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "symlink", fail)
        with pytest.raises(OSError, match="No space"):
            roll_back(home, 1, LATER, None)
    assert recorded(home) == [(1,), (2,)] and current_release(home).name == "2"
    roll_back(home, 1, LATER, None)
    publish_marts(home)
    assert (1,) in recorded(home) and (2,) in recorded(home)


def test_a_line_that_was_cut_off_spoils_neither_the_record_nor_the_next_line(home):
    publish_marts(home)
    with home.release_record.open("ab") as record:
        record.write(b'{"event": "publ')
    publish_marts(home)
    assert [event.release for event in events(home)] == [1, 2]


@pytest.mark.parametrize("behind", [b"", b"\n"])
def test_a_line_may_be_cut_off_at_any_byte(home, behind):
    publish_marts(home)
    line = home.release_record.read_bytes()
    for length in range(len(line)):
        home.release_record.write_bytes(line[:length] + behind)
        whole = length == len(line) - 1  # but for the end of the line
        assert [event.release for event in events(home)] == [1] * whole, line[:length]


def test_a_line_nobody_of_us_wrote_stops_with_words(home):
    publish_marts(home)
    with home.release_record.open("ab") as record:
        record.write(b'{"event": "sold"}\n')
    with pytest.raises(OperatorError, match=r"releases.jsonl:2"):
        list_releases(home)


def test_a_home_without_a_release_lists_none(home):
    assert list_releases(home) == []
    with pytest.raises(OperatorError, match="not kept"):
        roll_back(home, 1, datetime(2019, 7, 6), None)
