"""Every rule about photographs has one that fails it and one, as alike as can be, that passes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from small_district import a_desk, declared_rules

from pipelines.declarations.photographs import PHOTOGRAPH, PHOTOGRAPH_TITLE
from pipelines.photographs.folders import read_folder
from pipelines.photographs.looking import Photograph
from pipelines.photographs.picture import BROKEN, Picture, PictureFault
from pipelines.validation.photographs import (
    PHOTOGRAPH_CHECKS,
    Surroundings,
    gaps_by_rule,
    gaps_of,
    judge_photographs,
    notices_of,
)

NOW = datetime(2019, 7, 5, 18)
WHOLE = Picture("JPEG", 4_000, 3_000, datetime(2019, 6, 18, 10, 20, 30))
KNOWN = Surroundings(is_project_known=True, is_first_use=True)


def photograph(place: str = "滨河路/2019-06", seen: Picture | PictureFault = WHOLE) -> Photograph:
    return Photograph(read_folder(f"jia/photos/{place}/路基.jpg"), seen)


FAILS = {
    "PHO-001": (photograph("滨河路/2019-06/路基"), KNOWN),
    "PHO-002": (photograph("滨河路/6月"), KNOWN),
    "PHO-003": (photograph("滨河路/2019-08", replace(WHOLE, taken_at=None)), KNOWN),
    "PHO-004": (photograph(seen=PictureFault("no_picture", "这是视频，不是照片。")), KNOWN),
    "PHO-005": (photograph(seen=BROKEN), KNOWN),
    "PHO-006": (photograph(seen=PictureFault("beyond_limits", "照片的像素太多。")), KNOWN),
    "PHO-007": (photograph(), replace(KNOWN, is_sender_registered=False)),
    "PHO-201": (photograph("滨河路/2019-05"), KNOWN),
    "PHO-202": (photograph(seen=replace(WHOLE, taken_at=datetime(2019, 7, 5, 18, 1))), KNOWN),
    "PHO-203": (
        photograph(seen=replace(WHOLE, taken_at=None, untold_time="2019:13:18 10:20:30")),
        KNOWN,
    ),
    "PHO-301": (photograph(), replace(KNOWN, is_project_known=False, nearest="滨河路二期")),
    "PHO-302": (photograph(), replace(KNOWN, is_first_use=False, used_before="2019年5月")),
}
PASSES = {
    "as it should be": (photograph(), KNOWN),
    "without a date": (photograph(seen=replace(WHOLE, taken_at=None)), KNOWN),
    "of this very month": (
        photograph("滨河路/2019-07", replace(WHOLE, taken_at=datetime(2019, 7, 5, 18))),
        KNOWN,
    ),
    "nothing looked up": (photograph(), Surroundings()),
}


@pytest.fixture(scope="module")
def found():
    """The findings of all cases, judged together."""
    notices = [
        notice
        for name, (one, around) in (FAILS | PASSES).items()
        for notice in notices_of(name, "jia", one, around, NOW)
    ]
    return judge_photographs(notices, declared_rules().of_form(PHOTOGRAPH))


def test_every_rule_has_a_case_and_every_check_a_rule():
    rules = declared_rules().of_form(PHOTOGRAPH)
    assert {rule.rule_id for rule in rules} == set(FAILS)
    assert sorted(rule.arguments["column"] for rule in rules) == sorted(PHOTOGRAPH_CHECKS)


@pytest.mark.parametrize("rule_id", FAILS)
def test_a_rule_fails_the_photograph_that_breaks_it(found, rule_id):
    (finding,) = (f for f in found if f.receipt_id == rule_id)
    assert (finding.rule_id, finding.severity) == (
        rule_id, declared_rules().by_id[rule_id].severity,
    )  # fmt: skip


def test_what_is_right_breaks_no_rule(found):
    assert [f.message for f in found if f.receipt_id in PASSES] == []


def test_photographs_have_a_name_where_forms_have_one():
    with a_desk(are_rows_judged=False) as desk:
        found = desk.connection.execute(
            "select form_name, period_kind, is_restricted from config.forms where form_id = ?",
            [PHOTOGRAPH],
        ).fetchall()
    assert found == [(PHOTOGRAPH_TITLE, "any", False)]


def test_a_photograph_wrong_in_several_ways_is_told_all_of_them_at_once():
    notices = notices_of("wrong", "jia", photograph("6月", BROKEN), KNOWN, NOW)
    assert [notice.check for notice in notices] == ["misplaced", "damaged_picture"]


@pytest.mark.parametrize(
    ("one", "around", "expected"),
    [
        (photograph(), KNOWN, {}),
        (photograph(seen=replace(WHOLE, taken_at=None)), KNOWN,
         {"PHO-201": "nothing_to_check", "PHO-202": "nothing_to_check"}),
        (photograph(), Surroundings(),
         {"PHO-301": "nothing_to_compare", "PHO-302": "nothing_to_compare"}),
        (photograph(seen=BROKEN), KNOWN,
         dict.fromkeys(("PHO-201", "PHO-202", "PHO-203", "PHO-301", "PHO-302"), "unreadable")),
        (photograph("滨河路/6月"), KNOWN,
         dict.fromkeys(
             ("PHO-003", "PHO-201", "PHO-202", "PHO-203", "PHO-301", "PHO-302"), "no_period")),
    ],
)  # fmt: skip
def test_what_could_not_be_judged_says_why(one, around, expected):
    gaps = gaps_by_rule(declared_rules().of_form(PHOTOGRAPH), gaps_of(one, around))
    assert {rule_id: gap.because for rule_id, gap in gaps.items()} == expected
