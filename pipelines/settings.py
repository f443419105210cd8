"""The only reader of the environment and of taizhang.toml.

What a district declares in tables (units, plan, links) is read by ``declarations``.
"""

import os
import re
import tomllib
import warnings
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.problems import OperatorError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "taizhang.toml"
DEFAULT_TIMEZONE = "Asia/Shanghai"


class Environment(BaseSettings):
    """What the surroundings may set: ``TAIZHANG_NOW``, ``TAIZHANG_HOME``."""

    model_config = SettingsConfigDict(env_prefix="TAIZHANG_")

    now: str | None = None
    home: Path | None = None


class District(BaseModel):
    """``[district]``: whose returns these are."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    name: str
    code: str = Field(min_length=1)
    reporting_year: int = Field(ge=1990, le=2100)
    timezone: str = DEFAULT_TIMEZONE

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value


class Policy(BaseModel):
    """``[policy]``: how time progress is counted, lights are shown, statistics are compared.

    Money in 万元. The defaults are the settled readings of the contract, §5 and §7.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_progress: Literal["linear_month", "linear_day", "phased"] = "linear_month"
    lights: Literal["monthly", "half_monthly"] = "monthly"
    fai_threshold_wanyuan: int = 500
    # From this total investment on, entry in the statistics asks for a written explanation as well.
    entry_explanation_wanyuan: int = Field(default=5000, ge=0)
    reconciliation_tolerance_wanyuan: int = 1
    proposal_similarity: float = Field(default=0.85, gt=0, le=1)
    minimum_published_count: int = Field(default=3, ge=1)
    # Days: ahead of a node in which it is due soon; after a missed date until a notice is issued; until it is repeated.
    node_reminder_days: int = Field(default=7, ge=0)
    notice_grace_days: int = Field(default=0, ge=0)
    notice_repeat_days: int = Field(default=7, ge=1)
    # Whether the release may name the people responsible for projects.
    publish_names: bool = False


class Limits(BaseModel):
    """``[limits]``: the sizes a return or a photograph may have before it is refused unread.

    Files are read in ``reading_processes`` child processes. Each may use so much memory (address space), and for
    one file so many seconds of the processor and of the clock, and no more. A photograph is decoded in one like them.
    While the marts are built the database takes ``build_memory_mib`` at most and works beside its file beyond that; so
    small a limit that it cannot stops the build. Where none is set the product chooses one by the size of the ledger,
    and does without where that is too small.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_file_mib: int = 50
    max_unpacked_mib: int = 400
    max_rows: int = 100_000
    max_columns: int = 16_384
    max_cells: int = 2_000_000
    reading_processes: int = Field(default=2, ge=1, le=64)
    reading_memory_mib: int = Field(default=1024, ge=256)
    reading_cpu_seconds: PositiveInt = 20
    reading_wall_seconds: PositiveInt = 60
    max_photo_mib: PositiveInt = 30
    max_photo_megapixels: PositiveInt = 120
    max_photo_frames: PositiveInt = 50
    photo_memory_mib: int = Field(default=1024, ge=256)
    photo_cpu_seconds: PositiveInt = 20
    build_memory_mib: int | None = Field(default=None, ge=256)
    lock_wait_seconds: float = 600
    keep_releases: int = Field(default=10, ge=1)


class ChangeLimits(BaseModel):
    """How far a table of a new release may lie from that of the release in place; None: as far as it likes.

    ``max_row_change_rate`` and ``max_total_change_rate`` (of each amount's total) are shares of what there was, up or
    down; ``max_unit_change`` is a number of units that came or went. ``inf`` lifts a limit for one table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_row_change_rate: float | None = Field(default=None, ge=0)
    max_total_change_rate: float | None = Field(default=None, ge=0)
    max_unit_change: float | None = Field(default=None, ge=0)


class ReleaseSettings(ChangeLimits):
    """``[release]``: limits of a release's change, with those of ``tables`` in their place, and who may read statistics.

    ``statistics_group`` is a group of this machine's users who may read ``statistics.duckdb`` beside its owner.
    """

    statistics_group: str | None = None
    tables: dict[str, ChangeLimits] = Field(default_factory=dict)

    def limits_of(self, table: str) -> ChangeLimits:
        """What holds for one table: its own limits, and for the rest those of all tables."""
        general = {name: getattr(self, name) for name in ChangeLimits.model_fields}
        own = self.tables[table].model_dump(exclude_unset=True) if table in self.tables else {}
        return ChangeLimits.model_validate(general | own)


class RuleSettings(BaseModel):
    """``[rules]``: which rules of the catalogue this district only tries out (counted, never refusing)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trial: tuple[str, ...] = ()


class AlertSettings(BaseModel):
    """``[alerts]``: when units are reminded, and how patiently a message is sent.

    ``reminder_days`` before a due date and ``notice_days`` after it a unit is told, once each.
    ``retry_minutes`` are the pauses after the first, second, … failed attempt; the last one repeats.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    reminder_days: tuple[PositiveInt, ...] = (3, 1)
    notice_days: tuple[PositiveInt, ...] = (1, 3, 7)
    timeout_seconds: float = Field(default=10, gt=0, le=300)
    max_attempts: PositiveInt = 8
    retry_minutes: tuple[PositiveInt, ...] = Field(default=(1, 5, 15, 60, 240, 720), min_length=1)


class ServiceSettings(BaseModel):
    """``[service]``: when the unattended service loads, and when somebody is told that it does not.

    ``daily_at`` is the district's time of the day. A release older than its due moment by ``late_after_minutes``
    is late. ``operators`` are channels of ``[channels]``: who is told of failures. ``least_free_mib`` of disk.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    daily_at: time = time(6, 30)
    late_after_minutes: PositiveInt = 120
    waiting_after_minutes: PositiveInt = 30
    least_free_mib: PositiveInt = 2_048
    operators: tuple[str, ...] = ()

    def last_due(self, now: datetime) -> datetime:
        """When the last daily load was due, at or before a moment of the district's time."""
        due = datetime.combine(now.date(), self.daily_at)
        return due if due <= now else due - timedelta(days=1)


class LogSettings(BaseModel):
    """``[logs]``: how large a log file grows before it is put aside, and how many of those are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_mib: PositiveInt = 5
    keep: PositiveInt = 9


_CHANNEL_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")


class HomeSettings(BaseModel):
    """The whole of ``taizhang.toml``; ``channels`` hold references to secrets, never secrets."""

    # An address written here by mistake must not be repeated in an error's text.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    district: District
    policy: Policy = Policy()
    limits: Limits = Limits()
    rules: RuleSettings = RuleSettings()
    alerts: AlertSettings = AlertSettings()
    release: ReleaseSettings = ReleaseSettings()
    service: ServiceSettings = ServiceSettings()
    logs: LogSettings = LogSettings()
    channels: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _operators_are_declared(self) -> Self:
        unknown = [name for name in self.service.operators if name not in self.channels]
        if unknown:
            raise ValueError(
                f"[service] operators: {', '.join(unknown)} is no channel of [channels]"
            )
        return self

    @field_validator("channels")
    @classmethod
    def _only_references(cls, channels: dict[str, str]) -> dict[str, str]:
        wrong = [
            name for name, value in channels.items() if not _CHANNEL_REFERENCE.fullmatch(value)
        ]
        if wrong:
            raise ValueError(
                f'{", ".join(wrong)}: a channel is written "env:VARIABLE"; the address itself'
                " stands in that environment variable, never in this file"
            )
        return channels

    def channel_variable(self, name: str) -> str:
        """The environment variable that holds a channel's address."""
        return self.channels[name].removeprefix("env:")

    def channel_address(self, name: str) -> SecretStr | None:
        """A channel's address from the environment; None when the variable is not set."""
        address = os.environ.get(self.channel_variable(name), "").strip()
        return SecretStr(address) if address else None


class Home:
    """The folders of one working home (contract §2)."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.settings_file = self.root / SETTINGS_FILE
        self.config = self.root / "config"
        self.inbox = self.root / "inbox"
        self.archive = self.root / "archive"
        self.work_database = self.root / "work.duckdb"
        # What the last run left of the ledger, for everyone who only reads it.
        self.ledger_snapshot = self.root / ".ledger" / "snapshot.duckdb"
        # Lies there from the receiving of returns until the last of them has its answer.
        self.unanswered_mark = self.root / ".unanswered"
        # Where dbt builds, on a copy of that snapshot: a build never keeps a return waiting.
        self.building_database = self.root / ".dbt" / "work.duckdb"
        self.published = self.root / "published"
        # What was published and rolled back, when, by whom and why: a line each, only ever added to.
        self.release_record = self.root / "releases.jsonl"
        self.reporting_database = self.published / "reporting.duckdb"
        self.statistics_database = self.published / "statistics.duckdb"
        self.feedback = self.root / "feedback"
        self.reports = self.root / "reports"
        # Releases rebuilt as they once were, a folder each.
        self.as_known = self.root / "as_known"
        self.logs = self.root / "logs"
        self.lock_file = self.root / ".lock"
        self.delivery_lock_file = self.root / ".delivery.lock"
        self.build_lock_file = self.root / ".build.lock"

    def settings(self) -> HomeSettings:
        """Read ``taizhang.toml``. Raises OperatorError that names the file and the remedy."""
        try:
            if not self.settings_file.is_file():
                raise OperatorError(
                    f"{self.settings_file} does not exist.",
                    f"Make a home first: taizhang init {self.root} --profile NAME",
                )
            return read_home_settings(self.settings_file)
        except PermissionError as error:
            raise OperatorError(
                f"{self.settings_file} may not be read by you.",
                "Commands are for the user who runs the loads; others open the files in"
                f" {self.published} with any SQL tool.",
            ) from error


def read_home_settings(path: Path) -> HomeSettings:
    """Read a settings file. Raises OperatorError for text that is no TOML or wrong values."""
    try:
        return HomeSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise OperatorError(
            f"{path} cannot be used: {_in_words(error)}",
            "Correct what is named, then repeat the command.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise OperatorError(
            f"{path} cannot be read: {error}", "Correct the named line, then repeat the command."
        ) from error


def _in_words(error: ValidationError) -> str:
    """Every fault by its place in the file; what stands there is not repeated, it may be a secret."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}" for fault in faults
    )


def point_dbt_at(home: Home, memory_mib: int | None = None) -> None:
    """Tell the dbt started by this process in which database it builds, and how much that may take of the machine.

    ``memory_mib`` None: as much memory as the database thinks right.
    """
    os.environ["TAIZHANG_WORK_DB"] = str(home.building_database)
    os.environ["TAIZHANG_BUILD_THREADS"] = str(max(1, len(os.sched_getaffinity(0)) - 1))
    os.environ.pop("TAIZHANG_BUILD_MEMORY", None)
    if memory_mib is not None:
        os.environ["TAIZHANG_BUILD_MEMORY"] = f"{memory_mib}MiB"


def environment_with(**more: str) -> dict[str, str]:
    """The surroundings a child process gets: those of this one, and what is named."""
    return {**os.environ, **more}


NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "GX_ANALYTICS_ENABLED": "False",
}


def switch_telemetry_off() -> None:
    """Switch telemetry off for this process and its children, before they are imported."""
    os.environ.update(NO_TELEMETRY)


def silence_library_notices() -> None:
    """Keep notices meant for developers of the libraries off the operator's terminal."""
    for category in (DeprecationWarning, FutureWarning, PendingDeprecationWarning, UserWarning):
        warnings.simplefilter("ignore", category)
    warnings.filterwarnings("ignore", module="dagster")
