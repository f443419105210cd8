"""What the service and the copies leave in a home for whoever asks later: when they were there last, by which settings.

Small files of the home's owner; the ledger knows nothing of them.
"""

import secrets
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.durability import sync
from pipelines.problems import OperatorError
from pipelines.settings import Home, HomeSettings, read_home_settings


class ServiceMark(BaseModel):
    """A service was started over the home and has not been ended: it runs, or it was cut off."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    started_at: datetime
    process: int
    address: str


class BackupMark(BaseModel):
    """The last copy of the home that was finished and verified."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: datetime
    folder: str
    files: int


_Mark = TypeVar("_Mark", bound=BaseModel)


def dagster_home(home: Home) -> Path:
    """Where Dagster keeps its own storage."""
    return home.root / ".dagster"


def service_lock(home: Home) -> Path:
    """Held by the one service over a home."""
    return dagster_home(home) / "service.lock"


def service_mark_file(home: Home) -> Path:
    """Lies there while a service runs."""
    return dagster_home(home) / "service.json"


def backup_mark_file(home: Home) -> Path:
    """What became of the last copy."""
    return home.root / ".backup.json"


def remembered_settings_file(home: Home) -> Path:
    """``taizhang.toml`` as it could be read last."""
    return home.root / ".settings-that-held.toml"


def remember_settings(home: Home) -> None:
    """Keep a copy of settings that can be read: the operators are told by it where they can be read no more."""
    try:
        text = home.settings_file.read_bytes()
        home.settings()
    except (OSError, OperatorError):
        return
    kept = remembered_settings_file(home)
    if not kept.exists() or kept.read_bytes() != text:
        _put(kept, text)


def remembered_settings(home: Home) -> HomeSettings | None:
    """The settings that could be read last; None where none were kept."""
    kept = remembered_settings_file(home)
    return read_home_settings(kept) if kept.exists() else None


def identity_file(home: Home) -> Path:
    """What tells a home from another one of the same district; a copy takes it along."""
    return home.root / ".identity"


def home_identity(home: Home) -> str:
    """The home's identity, drawn when it is asked for the first time."""
    path = identity_file(home)
    if not path.exists():
        _put(path, secrets.token_hex(8).encode("ascii"))
    return path.read_text("ascii").strip()


def service_mark(home: Home) -> ServiceMark | None:
    """The service that was started and not ended."""
    return _read(service_mark_file(home), ServiceMark)


def last_backup(home: Home) -> BackupMark | None:
    """The last copy; None where there was none."""
    return _read(backup_mark_file(home), BackupMark)


def leave(path: Path, mark: BaseModel) -> None:
    """Put a mark in place in one step, for the owner alone."""
    _put(path, mark.model_dump_json().encode("utf-8") + b"\n")


def _put(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name.lstrip('.')}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_bytes(data)
    sync(fresh)
    fresh.replace(path)


def _read(path: Path, kind: type[_Mark]) -> _Mark | None:
    """A mark that cannot be read says nothing: it decides nothing but what somebody is told."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
