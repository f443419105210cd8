"""A policy that contradicts itself is refused when it is loaded, not discovered by a project without a light."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from golden_loads import run_load
from golden_scenarios import scenario

pytestmark = pytest.mark.golden

STORY = "a_year_of_targets_scores_and_lights"
LIGHTS = "rule_version,valid_from,component,light,measure,operator,threshold,note\n"
# domain.md §4.2: nothing is said about a project that is up to ten points behind.
WITH_A_GAP = f"""{LIGHTS}\
2025-1,2025-01-01,progress,green,pp_ahead,>=,0,
2025-1,2025-01-01,progress,red,pp_ahead,<,-30,
2025-1,2025-01-01,progress,yellow,pp_ahead,<=,-10,
"""
COVERED_TWICE_AND_LATE = f"""{LIGHTS}\
2025-1,2025-02-15,start,green,months_after_planned_start,<=,2,
2025-1,2025-02-15,start,yellow,months_after_planned_start,<=,1,
2025-1,2025-02-15,start,red,months_after_planned_start,>,2,
"""
SCORES = """\
rule_version,valid_from,group,indicator_id,shape,weight,parameters,cap,floor,exempt_units
2025-1,2025-01-01,townships,invest,proportional,30,,5,10,
2025-1,2025-01-01,townships,completions,banded,,"{""bands"": [[0.5, 4], [1, 10], [1, 12]]}",,,
2025-1,2025-01-01,townships,starts,proportional,20,,,,
2025-1,2025-01-01,townships,greening,proportional,10,,,,
"""


def refused(home: Path, changes: dict[str, str]) -> str:
    """What the command says to a home with these tables, which must not be loaded."""
    story = scenario(STORY)
    story.make_home(home)
    for name, text in changes.items():
        (home / "config" / name).write_text(text, encoding="utf-8")
    (first, *_) = story.loads
    story.drop(home, first)
    result = run_load(home, first.now)
    assert result.exit_code == 1, result.describe()
    assert not (home / "published" / "reporting.duckdb").exists(), result.describe()
    assert all((home / "inbox" / one.unit / one.name).exists() for one in first.returns)
    return result.stdout + result.stderr


def sentence(said: str, *words: str) -> str | None:
    """The line that holds all of the words."""
    return next((line for line in said.splitlines() if all(word in line for word in words)), None)


def test_a_gap_between_lights_is_named_with_its_borders(tmp_path):
    said = refused(tmp_path / "home", {"light_rules.csv": WITH_A_GAP})
    found = sentence(said, "light_rules.csv", "progress")
    assert found and "-10" in found and re.search(r"(?<![\d.-])0(?![\d.])", found), said


def test_all_contradictions_are_named_in_one_pass(tmp_path):
    changes = {
        "light_rules.csv": COVERED_TWICE_AND_LATE,
        "score_rules.csv": SCORES,
        "awards.csv": "award_id,award_name,scope,group,winners,prize_wanyuan\n",
    }
    said = refused(tmp_path / "home", changes)
    for words in (
        ("light_rules.csv", "start"),  # the yellow rule never holds
        ("score_rules.csv", "greening"),  # a weight for an indicator that is not there
        ("score_rules.csv", "cap"),  # below the floor
        ("score_rules.csv", "row 3", "bands"),  # one lower bound twice
        ("light_rules.csv", "2025-02-15"),  # January is left without rules
    ):
        assert sentence(said, *words), f"{words} in\n{said}"
