"""Who may read what: the group of the statistics, and the ways through the home."""

import grp
import os

import pytest
from releases import NOW, publish_marts
from small_district import declared_forms

from pipelines.problems import OperatorError
from pipelines.release.audit import audit_home
from pipelines.release.publishing import current_release
from pipelines.release.rollback import roll_back

OURS = grp.getgrgid(os.getegid()).gr_name
OPEN = ("reporting.duckdb", "manifest.json")
RESTRICTED = ("statistics.duckdb", "statistics.manifest.json")


def with_group(home, name):
    text = home.settings_file.read_text("utf-8")
    home.settings_file.write_text(f'{text}\n[release]\nstatistics_group = "{name}"\n', "utf-8")
    return home


def close(home):
    for path in home.root.iterdir():
        if path != home.published:
            path.chmod(path.stat().st_mode & 0o700)


def faults(home):
    return [fault for proof in audit_home(home, declared_forms(), 0) for fault in proof.faults]


def test_the_group_may_read_the_statistics_and_nothing_else(home):
    folder = publish_marts(with_group(home, OURS), statistics_group=OURS).folder
    for name in RESTRICTED:
        status = (folder / name).stat()
        assert (status.st_mode & 0o777, status.st_gid) == (0o640, os.getegid())
    assert (folder / "build.duckdb").stat().st_mode & 0o777 == 0o600
    assert home.root.stat().st_mode & 0o777 == 0o710
    close(home)
    assert [fault for fault in faults(home) if "may be read" in fault] == []


def modes(home):
    releases = home.published / "releases"
    return {
        path.relative_to(releases).as_posix(): path.stat().st_mode & 0o777
        for path in sorted(releases.glob("*/*.duckdb")) + sorted(releases.glob("*/*.json"))
    }


def test_taking_the_group_away_closes_every_kept_release_and_the_home(home):
    publish_marts(home, statistics_group=OURS)
    publish_marts(home, statistics_group=OURS)
    assert home.root.stat().st_mode & 0o777 == 0o710
    publish_marts(home)
    found = modes(home)
    assert {found[f"{n}/{name}"] for n in (1, 2, 3) for name in RESTRICTED} == {0o600}
    assert {found[f"{n}/{name}"] for n in (1, 2, 3) for name in OPEN} == {0o444}
    assert found["3/build.duckdb"] == 0o600
    assert home.root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("now", [None, OURS])
def test_a_step_back_sets_the_modes_of_today(home, now):
    then = OURS if now is None else None
    publish_marts(home, statistics_group=then)
    publish_marts(home, statistics_group=then)
    if now is not None:
        with_group(home, now)
    roll_back(home, 1, NOW, None, declared_forms())
    found = modes(home)
    wanted = 0o600 if now is None else 0o640
    assert {found[f"{n}/{name}"] for n in (1, 2) for name in RESTRICTED} == {wanted}
    assert home.root.stat().st_mode & 0o777 == (0o700 if now is None else 0o710)


def test_a_step_back_with_a_group_nobody_knows_changes_nothing(home):
    publish_marts(home)
    publish_marts(home)
    with_group(home, "nobody-we-know")
    with pytest.raises(OperatorError, match="no group"):
        roll_back(home, 1, NOW, None, declared_forms())
    assert current_release(home).name == "2"


@pytest.mark.parametrize("group", [None, OURS])
def test_a_home_through_which_everybody_may_pass_stays_so(home, group):
    home.root.chmod(0o711)
    publish_marts(home, statistics_group=group)
    assert home.root.stat().st_mode & 0o777 == 0o711


def test_a_home_left_open_for_a_group_that_is_none_any_more_is_a_fault(published):
    close(published)
    published.root.chmod(0o710)
    assert faults(published) == [f"{published.root} may be read by others (mode 710)"]


@pytest.mark.parametrize("name", RESTRICTED)
def test_without_the_setting_the_same_modes_are_a_fault(published, name):
    path = published.published / "current" / name
    path.chmod(0o640)
    assert any(name in fault and "mode 640" in fault for fault in faults(published))


def test_a_group_nobody_knows_stops_before_anything_is_built(home):
    with pytest.raises(OperatorError, match="no group “nobody-we-know”"):
        publish_marts(home, statistics_group="nobody-we-know")
    assert list((home.published).iterdir()) == []
    assert any("no group" in fault for fault in faults(with_group(home, "nobody-we-know")))


def test_an_older_release_is_private_too(published):
    publish_marts(published)
    (published.published / "releases" / "1" / "statistics.duckdb").chmod(0o644)
    assert any("releases/1/statistics.duckdb may be read" in fault for fault in faults(published))


def test_others_may_pass_the_home_only_where_all_else_is_closed(published):
    published.root.chmod(0o711)
    published.settings_file.chmod(0o644)
    found = [fault for fault in faults(published) if "may be read" in fault]
    assert found and all(str(published.root) + " " not in fault for fault in found)
    close(published)
    assert faults(published) == []
    published.root.chmod(0o755)
    assert faults(published) == [f"{published.root} may be read by others (mode 755)"]
