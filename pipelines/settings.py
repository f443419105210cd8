"""The only reader of the environment and of taizhang.toml.

What a district declares in tables (units, plan, links) is read by ``declarations``.
"""

import os
import tomllib
import warnings
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.problems import OperatorError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "taizhang.toml"


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
    timezone: str = "Asia/Shanghai"

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
    reconciliation_tolerance_wanyuan: int = 1
    proposal_similarity: float = Field(default=0.85, gt=0, le=1)
    minimum_published_count: int = Field(default=3, ge=1)


class Limits(BaseModel):
    """``[limits]``: the sizes a return may have before it is refused unread."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_file_mib: int = 50
    max_unpacked_mib: int = 400
    max_rows: int = 20_000
    max_columns: int = 512
    max_cells: int = 2_000_000
    lock_wait_seconds: float = 600
    keep_releases: int = Field(default=10, ge=1)


class HomeSettings(BaseModel):
    """The whole of ``taizhang.toml``; ``channels`` hold references to secrets, never secrets."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    district: District
    policy: Policy = Policy()
    limits: Limits = Limits()
    channels: dict[str, Any] = Field(default_factory=dict)


class Home:
    """The folders of one working home (contract §2)."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.settings_file = self.root / SETTINGS_FILE
        self.config = self.root / "config"
        self.inbox = self.root / "inbox"
        self.archive = self.root / "archive"
        self.work_database = self.root / "work.duckdb"
        self.published = self.root / "published"
        self.reporting_database = self.published / "reporting.duckdb"
        self.statistics_database = self.published / "statistics.duckdb"
        self.feedback = self.root / "feedback"
        self.reports = self.root / "reports"
        self.logs = self.root / "logs"
        self.lock_file = self.root / ".lock"

    def settings(self) -> HomeSettings:
        """Read ``taizhang.toml``. Raises OperatorError that names the file and the remedy."""
        if not self.settings_file.is_file():
            raise OperatorError(
                f"{self.settings_file} does not exist.",
                f"Make a home first: taizhang init {self.root} --profile NAME",
            )
        return read_home_settings(self.settings_file)


def read_home_settings(path: Path) -> HomeSettings:
    """Read a settings file. Raises OperatorError for text that is no TOML or wrong values."""
    try:
        return HomeSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, KeyError) as error:
        raise OperatorError(
            f"{path} cannot be read: {error}", "Correct the named line, then repeat the command."
        ) from error


def point_dbt_at(home: Home) -> None:
    """Tell the dbt started by this process which work database is meant."""
    os.environ["TAIZHANG_WORK_DB"] = str(home.work_database)


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
