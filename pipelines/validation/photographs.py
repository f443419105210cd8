"""Photographs + their rules → findings and outcomes. Pure but for the evaluation of the rules.

What has to be looked up (the ledger, earlier photographs) is given; looking it up is ``ledger.photographs``'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipelines.declarations.photographs import RIGHT_PLACE
from pipelines.declarations.rules import Rule
from pipelines.periods import period_words
from pipelines.photographs.looking import Photograph
from pipelines.photographs.picture import Picture
from pipelines.validation.evaluation import bind, evaluate
from pipelines.validation.findings import Finding, Place, compose
from pipelines.validation.outcomes import Gap
from pipelines.wording import day_words
from pipelines.workbooks.periods import mentioned_period, period_id

_OF_THE_PLACE = ("misplaced", "month_untold", "month_ahead", "unregistered_sender")
_OF_FAULT = {
    "no_picture": "not_a_picture",
    "broken_picture": "damaged_picture",
    "beyond_limits": "oversized_picture",
}
_OF_THE_TIME = ("taken_in_another_month", "taken_ahead", "time_unreadable")
_BESIDE_OTHERS = ("project_unlisted", "used_before")
PHOTOGRAPH_CHECKS = (*_OF_THE_PLACE, *_OF_FAULT.values(), *_OF_THE_TIME, *_BESIDE_OTHERS)


@dataclass(frozen=True)
class Surroundings:
    """What is known about a photograph from elsewhere; None where it was not looked up.

    ``nearest`` is the most similar name of the ledger, ``used_before`` where the same bytes were sent earlier.
    """

    is_sender_registered: bool = True
    is_project_known: bool | None = None
    nearest: str | None = None
    is_first_use: bool | None = None
    used_before: str | None = None


@dataclass(frozen=True)
class PhotographNotice:
    """Something to be said about one photograph; ``check`` names a column of the photographs frame."""

    receipt_id: str
    project: str | None
    check: str
    found: str
    expected: str = ""


def notices_of(
    receipt_id: str, unit_code: str, photograph: Photograph, around: Surroundings, now: datetime
) -> Iterator[PhotographNotice]:
    """Everything noteworthy about a photograph; ``now`` is the clock of the load."""
    project = photograph.folder.project

    def note(check: str, found: str, expected: str = "") -> PhotographNotice:
        return PhotographNotice(receipt_id, project, check, found, expected)

    for check, found, expected in _about_place(photograph, now):
        yield note(check, found, expected)
    if not around.is_sender_registered:
        yield note("unregistered_sender", unit_code)
    if not isinstance(photograph.seen, Picture):
        yield note(_OF_FAULT[photograph.seen.code], photograph.seen.sentence)
        return
    if photograph.folder.month is not None:
        for check, found, expected in _about_time(photograph.seen, photograph.folder.month, now):
            yield note(check, found, expected)
    if project is not None and around.is_project_known is False:
        yield note("project_unlisted", project, around.nearest or "—")
    if around.used_before is not None:
        yield note("used_before", around.used_before)


def gaps_of(photograph: Photograph, around: Surroundings) -> dict[str, Gap]:
    """The checks that could not be made on a photograph, and why."""
    gaps: dict[str, Gap] = {}
    folder, seen = photograph.folder, photograph.seen
    if folder.month is None:
        gaps["month_ahead"] = Gap("no_period", 0)
    if folder.project is None:
        gaps["month_untold"] = Gap("no_period", 0)
    later = (*_OF_THE_TIME, *_BESIDE_OTHERS)
    if not isinstance(seen, Picture):
        return gaps | dict.fromkeys(later, Gap("unreadable", 0))
    if folder.month is None:
        return gaps | dict.fromkeys(later, Gap("no_period", 0))
    if seen.taken_at is None:
        gaps |= dict.fromkeys(("taken_in_another_month", "taken_ahead"), Gap("nothing_to_check", 0))
    if around.is_project_known is None:
        gaps["project_unlisted"] = Gap("nothing_to_compare", 0)
    if around.is_first_use is None:
        gaps["used_before"] = Gap("nothing_to_compare", 0)
    return gaps


def gaps_by_rule(rules: Sequence[Rule], gaps: Mapping[str, Gap]) -> dict[str, Gap]:
    """The same by rule."""
    return {
        rule.rule_id: gaps[check]
        for rule in rules
        if (check := str(rule.arguments.get("column"))) in gaps
    }


def judge_photographs(notices: Sequence[PhotographNotice], rules: Sequence[Rule]) -> list[Finding]:
    """Evaluate the rules over the notices of all photographs of a load together."""
    columns: dict[str, list[str | None]] = {
        check: [notice.found if notice.check == check else None for notice in notices]
        for check in PHOTOGRAPH_CHECKS
    }
    frame = pd.DataFrame(columns)
    frame.insert(0, "frame_row", range(len(notices)))
    findings = []
    for failure in evaluate("photographs", frame, bind(rules, None)).failures:
        notice = notices[failure.frame_row]
        place = Place(project_name=notice.project)
        findings.append(
            compose(failure.rule, notice.receipt_id, None, place, notice.found, notice.expected)
        )
    return findings


def _about_place(photograph: Photograph, now: datetime) -> Iterator[tuple[str, str, str]]:
    folder = photograph.folder
    if folder.project is None:
        yield "misplaced", folder.place, RIGHT_PLACE
    elif folder.month is None:
        yield "month_untold", folder.month_text or "", _month_meant(folder.month_text or "", now)
    elif folder.month > f"{now:%Y-%m}":
        yield "month_ahead", folder.month, day_words(now)


def _month_meant(text: str, now: datetime) -> str:
    """How the month's folder should be called; an example where nobody can tell which month is meant."""
    mention = mentioned_period(text)
    meant = period_id(mention, "month") if mention is not None else None
    return f"“{meant[:7]}”" if meant is not None else f"“{now:%Y-%m}”这样"


def _about_time(seen: Picture, month: str, now: datetime) -> Iterator[tuple[str, str, str]]:
    if seen.untold_time is not None and seen.taken_at is None:
        yield "time_unreadable", seen.untold_time, ""
    if seen.taken_at is None:
        return
    taken = f"{seen.taken_at:%Y-%m-%d %H:%M}"
    if seen.taken_at > now:
        yield "taken_ahead", taken, f"{now:%Y-%m-%d %H:%M}"
    elif f"{seen.taken_at:%Y-%m}" != month:
        yield "taken_in_another_month", taken, period_words(month)
