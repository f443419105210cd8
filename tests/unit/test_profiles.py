"""Homes from bundled districts: private, complete, and never written over."""

from datetime import datetime

import pytest
from homes import LINKS, PLAN, TOML, UNITS

from pipelines.problems import OperatorError
from pipelines.profiles import (
    Profile,
    deliver,
    deliveries,
    find_profile,
    make_home,
    make_sample_home,
)


@pytest.fixture
def profile(tmp_path):
    """A district of four units whose two samples need two loads."""
    folder = tmp_path / "profiles" / "toy"
    (folder / "samples" / "jia").mkdir(parents=True)
    (folder / "district.toml").write_text(TOML, "utf-8")
    for name, text in (("units", UNITS), ("reporting_plan", PLAN), ("links", LINKS)):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "samples" / "jia" / "一.xlsx").write_bytes(b"1")
    (folder / "samples" / "jia" / "二.xlsx").write_bytes(b"2")
    (folder / "samples" / "arrivals.csv").write_text(
        "path,unit_code,arrived_at\n"
        "samples/jia/二.xlsx,jia,2019-07-10T09:00:00\n"
        "samples/jia/一.xlsx,jia,2019-07-04T09:00:00\n",
        "utf-8",
    )
    return Profile("toy", folder, "玩具区", True, ("2019-07-05T18:00:00", "2019-07-15T18:00:00"))


def test_a_home_is_private_except_for_what_is_published(tmp_path, profile):
    home = make_home(tmp_path / "home", profile)
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert home.published.stat().st_mode & 0o055 == 0o055
    for folder in (home.inbox, home.archive, home.config, home.feedback):
        assert folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in home.inbox.iterdir()} == {"jia", "yi", "fagai", "tongji"}
    assert home.settings().district.name == "试验区"
    assert (home.config / "units.csv").read_text("utf-8") == UNITS


def test_a_home_is_never_made_over_another(tmp_path, profile):
    home = make_home(tmp_path / "home", profile)
    (home.config / "units.csv").write_text("edited", "utf-8")
    with pytest.raises(OperatorError, match="home already"):
        make_home(tmp_path / "home", profile)
    assert (home.config / "units.csv").read_text("utf-8") == "edited"


def test_a_replay_takes_the_place_of_an_earlier_replay_and_of_nothing_else(tmp_path, profile):
    home = make_sample_home(tmp_path / "sample", profile)
    (home.inbox / "jia" / "旧.xlsx").write_bytes(b"1")
    again = make_sample_home(tmp_path / "sample", profile)
    assert not (again.inbox / "jia" / "旧.xlsx").exists()
    real = make_home(tmp_path / "real", profile)
    with pytest.raises(OperatorError, match="not a sample home"):
        make_sample_home(real.root, profile)
    assert real.settings_file.exists()


def test_samples_are_delivered_load_by_load_with_the_times_of_their_arrival(tmp_path, profile):
    home = make_home(tmp_path / "home", profile)
    steps = list(deliveries(profile))
    assert [(moment, [a.source.name for a in arrived]) for moment, arrived in steps] == [
        (datetime(2019, 7, 5, 18), ["一.xlsx"]),
        (datetime(2019, 7, 15, 18), ["二.xlsx"]),
    ]
    deliver(home, steps[0][1], "Asia/Shanghai")
    landed = home.inbox / "jia" / "一.xlsx"
    assert landed.stat().st_mtime == datetime.fromisoformat("2019-07-04T09:00:00+08:00").timestamp()


def test_a_sample_that_no_load_would_take_is_a_fault(profile):
    early = Profile("toy", profile.folder, "玩具区", True, profile.loads[:1])
    with pytest.raises(OperatorError, match="after the last load"):
        list(deliveries(early))


def test_an_unknown_district_is_answered_with_the_known_ones():
    with pytest.raises(OperatorError) as fault:
        find_profile("atlantis")
    assert "chengde-2019" in fault.value.remedy


def test_a_sample_arrives_in_the_folder_in_which_it_lies(tmp_path, profile):
    photo = profile.folder / "samples" / "jia" / "photos" / "滨河路" / "2019-06" / "一.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"3")
    with (profile.folder / "samples" / "arrivals.csv").open("a", encoding="utf-8") as file:
        file.write("samples/jia/photos/滨河路/2019-06/一.jpg,jia,2019-07-04T10:00:00\n")
    home = make_home(tmp_path / "home", profile)
    _, arrived = next(deliveries(profile))
    deliver(home, arrived, "Asia/Shanghai")
    taken = {path.relative_to(home.inbox / "jia").as_posix() for path in home.inbox.rglob("*.*")}
    assert taken == {"一.xlsx", "photos/滨河路/2019-06/一.jpg"}
