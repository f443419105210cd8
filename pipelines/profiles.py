"""Bundled districts: making a home from one, and replaying its sample returns into the inbox."""

import csv
import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.problems import OperatorError
from pipelines.settings import PROJECT_ROOT, SETTINGS_FILE, Home, read_home_settings

DISTRICTS_FOLDER = PROJECT_ROOT / "sources" / "districts"
_SAMPLE_MARKER = ".sample-home"
_PRIVATE_FOLDERS = ("inbox", "archive", "feedback", "reports", "logs", "config")


@dataclass(frozen=True)
class Profile:
    """One bundled district. ``loads`` are the moments at which its story needs a load."""

    name: str
    folder: Path
    title: str
    is_ready: bool
    loads: tuple[str, ...]


@dataclass(frozen=True)
class Arrival:
    """One sample return: where it lies, who sent it, when it arrived (district time).

    ``inbox_path`` is where it arrives below its unit's inbox: photographs come in folders of their own.
    """

    source: Path
    unit_code: str
    arrived_at: datetime
    inbox_path: Path


def bundled_profiles() -> list[Profile]:
    """Every bundled district, ready or not."""
    return [_read_profile(p) for p in sorted(DISTRICTS_FOLDER.glob("*/district.toml"))]


def find_profile(name: str) -> Profile:
    """The bundled district of this name. Raises OperatorError that lists the known ones."""
    profiles = {profile.name: profile for profile in bundled_profiles()}
    if name not in profiles:
        raise OperatorError(
            f"There is no bundled district “{name}”.", f"Choose one of: {', '.join(profiles)}"
        )
    return profiles[name]


def make_home(root: Path, profile: Profile) -> Home:
    """Make a working home from a profile. Raises OperatorError when there is one already."""
    home = Home(root)
    if home.settings_file.exists():
        raise OperatorError(
            f"{home.root} is a home already.", "Choose another folder, or load this one."
        )
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.root.chmod(0o700)
    for name in _PRIVATE_FOLDERS:
        (home.root / name).mkdir(mode=0o700, exist_ok=True)
    home.published.mkdir(exist_ok=True)
    home.published.chmod(0o755)
    for table in sorted(profile.folder.glob("*.csv")):
        shutil.copyfile(table, home.config / table.name)
    shutil.copyfile(profile.folder / "district.toml", home.root / SETTINGS_FILE)
    for unit_code in _unit_codes(home.config / "units.csv"):
        (home.inbox / unit_code).mkdir(mode=0o700, exist_ok=True)
    read_home_settings(home.settings_file)
    return home


def make_sample_home(root: Path, profile: Profile) -> Home:
    """Make a home for a replay, in place of the one an earlier replay made.

    Raises OperatorError when the folder holds anything but an earlier replay.
    """
    marker = root / _SAMPLE_MARKER
    if root.exists() and any(root.iterdir()) and not marker.is_file():
        raise OperatorError(
            f"{root} is not a sample home; it will not be replaced.",
            "Move it away, or choose another folder with --into.",
        )
    if marker.is_file():
        shutil.rmtree(root)
    home = make_home(root, profile)
    marker.write_text(f"Made by replaying the samples of {profile.name}.\n", "utf-8")
    return home


def arrivals(profile: Profile) -> list[Arrival]:
    """The profile's sample returns in order of arrival."""
    samples = profile.folder / "samples"
    with (samples / "arrivals.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [_arrival(profile, samples, row) for row in csv.DictReader(file)]
    return sorted(listed, key=lambda arrival: (arrival.arrived_at, str(arrival.source)))


def _arrival(profile: Profile, samples: Path, row: dict[str, str]) -> Arrival:
    source = profile.folder / row["path"]
    outbox = samples / row["unit_code"]
    inbox_path = source.relative_to(outbox) if source.is_relative_to(outbox) else Path(source.name)
    moment = datetime.fromisoformat(row["arrived_at"])
    return Arrival(source, row["unit_code"], moment, inbox_path)


def deliveries(profile: Profile) -> Iterator[tuple[datetime, list[Arrival]]]:
    """The moments of loading with what arrived since the moment before."""
    waiting = arrivals(profile)
    for moment in (datetime.fromisoformat(text) for text in profile.loads):
        yield moment, [arrival for arrival in waiting if arrival.arrived_at <= moment]
        waiting = [arrival for arrival in waiting if arrival.arrived_at > moment]
    if waiting:
        raise OperatorError(
            f"{profile.name}: {len(waiting)} sample return(s) arrive after the last load.",
            "Add a later moment to [samples] loads in district.toml.",
        )


def deliver(home: Home, arrived: list[Arrival], timezone: str) -> None:
    """Put sample returns into the inbox with the times at which they arrived."""
    for arrival in arrived:
        target = home.inbox / arrival.unit_code / arrival.inbox_path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(arrival.source, target)
        moment = arrival.arrived_at.replace(tzinfo=ZoneInfo(timezone)).timestamp()
        os.utime(target, (moment, moment))


def _read_profile(path: Path) -> Profile:
    declared = tomllib.loads(path.read_text("utf-8"))
    profile = declared.get("profile", {})
    return Profile(
        name=path.parent.name,
        folder=path.parent,
        title=profile.get("title", declared["district"]["name"]),
        is_ready=bool(profile.get("ready", False)),
        loads=tuple(str(moment) for moment in declared.get("samples", {}).get("loads", ())),
    )


def _unit_codes(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["unit_code"] for row in csv.DictReader(file) if row["unit_code"]]
