"""Photographs from the inbox to the ledger: each an end state, an answer, and nothing lost or superseded."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from answered import ledger_rows, load_and_answer
from grids import a_file
from homes import a_home, drop
from pictures import a_bomb, a_picture
from small_district import declared_forms

from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.checking import check_file
from pipelines.ledger.trying import try_rule
from pipelines.release.audit import audit_home

NOW = datetime(2019, 7, 5, 18)
LATER = NOW + timedelta(days=30)
CODE = "2019-130802-48-03-000123"
LEDGER = f"""
2019年重点项目台账（单位：万元）
项目名称 | 项目代码 | 总投资
滨河路 | {CODE} | 5000
三纬路 | | 800
"""
RED = a_picture("red", "2019:06:18 10:20:30")
GREEN = a_picture("green", image_format="PNG")
FIRST = {
    "jia/photos/滨河路/2019-06/1.jpg": RED,
    "jia/photos/滨河路/2019-06/2.jpg": RED,
    f"jia/photos/{CODE}/2019-06/3.jpg": a_picture("blue"),
    "jia/photos/四纬路/2019-06/4.jpg": a_picture("yellow"),
    "jia/photos/滨河路/2019-06/cut.jpg": RED[:-40],
    "jia/photos/滨河路/2019-06/bomb.png": a_bomb(),
    "jia/photos/滨河路/2019-06/text.jpg": "不是照片".encode(),
    "jia/photos/滨河路/2019-06/none.jpg": b"",
    "jia/photos/滨河路/2019-06/进展.xlsx": a_file(LEDGER),
    "jia/photos/滨河路/5.jpg": a_picture("cyan"),
    "jia/photos/滨河路/6月/6.jpg": a_picture("black"),
    "nobody/photos/滨河路/2019-06/7.jpg": a_picture("white"),
    "jia/8.png": GREEN,
}
SECOND = {
    "jia/photos/滨河路/2019-07/1.jpg": RED,
    "jia/photos/滨河路/2019-06/again.jpg": RED,
    "yi/photos/三纬路/2019-07/9.jpg": RED,
    "jia/photos/滨河路/2019-06/cut.jpg": RED[:-40],
    "jia/photos/滨河路/2019-07/10.jpg": a_picture("gray", "2019:07:20 08:00:00"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = a_home(tmp_path_factory.mktemp("photographs") / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(days=2))
    for moment, files in ((NOW, FIRST), (LATER, SECOND)):
        for number, (path, data) in enumerate(files.items()):
            drop(made, path, data, moment - timedelta(days=1, seconds=-number))
        load_and_answer(made, moment)
    return made


def told(home, moment):
    """What became of each file of a load: status, period, and the rules it breaks."""
    rows = ledger_rows(
        home,
        "select inbox_path, status, period, (select list(rule_id order by rule_id) from raw.findings as f"
        f" where f.receipt_id = r.receipt_id) from raw.receipts as r where received_at = '{moment}'"
        " and unit_code <> 'fagai'",
    )
    return {path: (status, period, rules or []) for path, status, period, rules in rows}


def test_every_file_below_photos_has_its_end_state_and_its_reasons(home):
    place = "jia/photos/滨河路/2019-06"
    assert told(home, NOW) == {
        f"{place}/1.jpg": ("accepted", "2019-06", []),
        f"{place}/2.jpg": ("duplicate", "2019-06", []),
        f"jia/photos/{CODE}/2019-06/3.jpg": ("accepted", "2019-06", []),
        "jia/photos/四纬路/2019-06/4.jpg": ("accepted_with_warnings", "2019-06", ["PHO-301"]),
        f"{place}/cut.jpg": ("refused", "2019-06", ["PHO-005"]),
        f"{place}/bomb.png": ("refused", "2019-06", ["PHO-006"]),
        f"{place}/text.jpg": ("refused", "2019-06", ["PHO-004"]),
        f"{place}/none.jpg": ("refused", "2019-06", ["PHO-004"]),
        f"{place}/进展.xlsx": ("refused", "2019-06", ["PHO-004"]),
        "jia/photos/滨河路/5.jpg": ("refused", None, ["PHO-001"]),
        "jia/photos/滨河路/6月/6.jpg": ("refused", None, ["PHO-002"]),
        "nobody/photos/滨河路/2019-06/7.jpg": ("refused", "2019-06", ["PHO-007"]),
        "jia/8.png": ("refused", None, ["GEN-001"]),
    }


def test_an_old_picture_is_no_new_one_and_a_broken_one_is_looked_at_afresh(home):
    assert told(home, LATER) == {
        "jia/photos/滨河路/2019-07/1.jpg": (
            "accepted_with_warnings", "2019-07", ["PHO-201", "PHO-302"]),
        "jia/photos/滨河路/2019-06/again.jpg": ("duplicate", "2019-06", []),
        "yi/photos/三纬路/2019-07/9.jpg": (
            "accepted_with_warnings", "2019-07", ["PHO-201", "PHO-302"]),
        "jia/photos/滨河路/2019-06/cut.jpg": ("refused", "2019-06", ["PHO-005"]),
        "jia/photos/滨河路/2019-07/10.jpg": ("accepted", "2019-07", []),
    }  # fmt: skip


def test_another_unit_s_project_is_not_named(home):
    ((found,),) = ledger_rows(
        home,
        "select value_found from raw.findings inner join raw.receipts using (receipt_id)"
        " where unit_code = 'yi' and rule_id = 'PHO-302'",
    )
    assert found == "2019年6月，由别的单位报送"


def test_accepted_photographs_are_kept_with_what_they_say(home):
    rows = ledger_rows(
        home,
        "select file_name, project, project_code, month, image_format, width, height, taken_at"
        " from raw.photographs inner join raw.receipts using (receipt_id) order by 1, month",
    )
    taken = datetime(2019, 6, 18, 10, 20, 30)
    assert rows == [
        ("1.jpg", "滨河路", None, "2019-06", "JPEG", 64, 48, taken),
        ("1.jpg", "滨河路", None, "2019-07", "JPEG", 64, 48, taken),
        ("10.jpg", "滨河路", None, "2019-07", "JPEG", 64, 48, datetime(2019, 7, 20, 8)),
        ("3.jpg", CODE, CODE, "2019-06", "JPEG", 64, 48, None),
        ("4.jpg", "四纬路", None, "2019-06", "JPEG", 64, 48, None),
        ("9.jpg", "三纬路", None, "2019-07", "JPEG", 64, 48, taken),
    ]


def test_nothing_is_lost_nothing_superseded_and_no_question_left_open(home):
    assert [p.faults for p in audit_home(home, declared_forms(), 0) if not p.holds] == []
    assert ledger_rows(home, "select count(*) from raw.receipts where superseded_by <> ''") == [
        (0,)
    ]
    assert ledger_rows(home, "select count(*) from raw.open_questions") == [(0,)]
    assert not [path for path in home.inbox.rglob("*") if path.is_file()]
    for data in (FIRST | SECOND).values():
        sha256 = hashlib.sha256(data).hexdigest()
        assert (home.archive / sha256[:2] / sha256).read_bytes() == data


def test_every_rule_has_an_outcome_on_every_photograph(home):
    rules = {rule.rule_id for rule in read_catalogue(home).rules.of_form("photograph")}
    rows = ledger_rows(
        home,
        "select r.status, list(distinct o.outcome), count(*) from raw.receipts as r"
        " inner join raw.rule_outcomes as o using (receipt_id)"
        " where form_id = 'photograph' group by r.receipt_id, r.status",
    )
    assert len(rows) == len(FIRST | SECOND)  # one picture outside photos/, one path twice
    assert {count for _, _, count in rows} == {len(rules)}
    assert all((outcomes == ["NA"]) == (status == "duplicate") for status, outcomes, _ in rows)


def test_the_answer_is_a_message_and_lists_and_never_the_picture(home):
    rows = ledger_rows(
        home, "select unit_code, receipt_id, status from raw.receipts where form_id = 'photograph'"
    )
    for unit, receipt, status in rows:
        folder = home.feedback / unit / receipt
        names = {path.name for path in folder.iterdir()}
        assert names == {"message.txt", "findings.csv", "findings.json"}
        message = (folder / "message.txt").read_text("utf-8")
        assert ("已退回" in message) == (status == "refused")
        assert ("〔PHO-" in message) == (status in ("refused", "accepted_with_warnings"))


def test_a_picture_outside_photos_is_told_where_it_belongs(home):
    ((because,),) = ledger_rows(
        home, "select refused_because from raw.receipts where file_name = '8.png'"
    )
    assert "photos/项目代码或项目名称/年-月/" in because


def checked(home, folder, place, data):
    path = folder / "photos" / place / "路基.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    result = check_file(path, "jia", None, home, LATER)
    return result.exit_code, result.period, [f.rule_id for f in result.findings]


def test_a_dry_run_says_what_a_load_would_say(home, tmp_path):
    new = a_picture("navy")
    assert checked(home, tmp_path, "滨河路/2019-07", new) == (0, "2019-07", [])
    assert checked(home, tmp_path, "五纬路/2019-07", new) == (0, "2019-07", ["PHO-301"])
    assert checked(home, tmp_path, "滨河路/2019-05", RED) == (0, "2019-05", ["PHO-201", "PHO-302"])
    assert checked(home, tmp_path, "滨河路/2019-06", RED) == (0, "2019-06", [])
    assert checked(home, tmp_path, "滨河路", new) == (1, None, ["PHO-001"])
    assert checked(home, tmp_path, "滨河路/2019-07", RED[:-40]) == (2, "2019-07", ["PHO-005"])
    assert checked(None, tmp_path, "五纬路/2019-05", RED) == (0, "2019-05", ["PHO-201"])


@pytest.mark.parametrize(("rule_id", "failed"), [("PHO-302", 2), ("PHO-301", 1), ("PHO-005", 2)])
def test_a_rule_can_be_tried_on_all_photographs_so_far(home, rule_id, failed):
    trial = try_rule(home, read_catalogue(home), rule_id, lambda _done, _all: None)
    assert (trial.failed, trial.newly_refused) == (failed, 0)
    assert trial.returns == len(FIRST) - 2 + len(SECOND) - 1  # no duplicates, no picture elsewhere


def test_a_load_interrupted_while_looking_is_finished_by_the_next(tmp_path, monkeypatch):
    made = a_home(tmp_path / "home")
    drop(made, "jia/photos/滨河路/2019-06/1.jpg", RED, NOW - timedelta(days=1))

    class PowerFailedError(Exception):
        pass

    def fail(*_):
        raise PowerFailedError

    with monkeypatch.context() as patched, pytest.raises(PowerFailedError):
        patched.setattr("pipelines.ledger.loading.decide_photographs", fail)
        load_and_answer(made, NOW)
    load_and_answer(made, NOW + timedelta(hours=1))
    rows = ledger_rows(made, "select status, received_at from raw.receipts")
    assert rows == [("accepted_with_warnings", NOW)]  # no ledger knows the project
