"""Every bundled district makes a home that works, and its story ends before its last load."""

import csv
import tomllib
from collections import Counter

import pytest
from small_district import declared_forms

from pipelines.declarations.district import load_district
from pipelines.profiles import arrivals, bundled_profiles, deliver, deliveries, make_home
from pipelines.settings import read_home_settings

PROFILES = [pytest.param(profile, id=profile.name) for profile in bundled_profiles()]
READY = [
    pytest.param(profile, id=profile.name) for profile in bundled_profiles() if profile.is_ready
]


def test_at_least_one_district_is_ready():
    assert READY


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_makes_a_home_with_a_folder_for_every_unit(profile, tmp_path):
    home = make_home(tmp_path / "home", profile)
    district = load_district(home.config)
    assert {path.name for path in home.inbox.iterdir()} == set(district.unit_names)
    assert home.settings().district.name


@pytest.mark.parametrize("profile", PROFILES)
def test_the_settings_are_those_of_a_home(profile):
    settings = read_home_settings(profile.folder / "district.toml")
    assert settings.district.code.isdigit()
    declared = tomllib.loads((profile.folder / "district.toml").read_text("utf-8"))
    assert set(declared) <= {"district", "policy", "limits", "channels", "profile", "samples"}


@pytest.mark.parametrize("profile", READY)
def test_every_sample_return_is_there_and_of_a_registered_unit(profile):
    units = load_district(profile.folder).unit_names
    for arrival in arrivals(profile):
        assert arrival.source.is_file(), arrival.source
        assert arrival.unit_code in units
    listed = {arrival.source for arrival in arrivals(profile)}
    samples = profile.folder / "samples"
    assert listed == {p for p in samples.rglob("*") if p.is_file() and p.name != "arrivals.csv"}


@pytest.mark.parametrize("profile", READY)
def test_every_arrival_is_delivered_once_and_before_its_load(profile):
    delivered = Counter()
    last = None
    for moment, arrived in deliveries(profile):
        assert last is None or moment > last
        assert all(arrival.arrived_at <= moment for arrival in arrived)
        assert all(last is None or arrival.arrived_at > last for arrival in arrived)
        delivered.update(arrival.source for arrival in arrived)
        last = moment
    assert set(delivered) == {arrival.source for arrival in arrivals(profile)}
    assert set(delivered.values()) == {1}


@pytest.mark.parametrize("profile", READY)
def test_one_delivery_puts_no_file_over_another(profile, tmp_path):
    home = make_home(tmp_path / "home", profile)
    zone = home.settings().district.timezone
    for _, arrived in deliveries(profile):
        deliver(home, arrived, zone)
        lying = [path for path in home.inbox.rglob("*") if path.is_file()]
        assert len(lying) == len(arrived)
        for path in lying:
            path.unlink()


@pytest.mark.parametrize("profile", READY)
def test_the_plan_names_declared_forms(profile):
    forms = {form.form_id for form in declared_forms()}
    assert {duty.form_id for duty in load_district(profile.folder).plan} <= forms


@pytest.mark.parametrize("profile", PROFILES)
def test_the_tables_open_in_excel_and_end_each_line_alike(profile):
    for path in profile.folder.glob("*.csv"):
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        assert len({len(row) for row in rows}) == 1, f"{path.name}: ragged"
