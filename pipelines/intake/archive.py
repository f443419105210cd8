"""The archive: every file ever received, byte for byte, write-once, found by its SHA-256."""

import hashlib
import os
from pathlib import Path

from pipelines.problems import OperatorError


def archive_path(archive: Path, sha256: str) -> Path:
    """Where the file with this hash lies."""
    return archive / sha256[:2] / sha256


def store(archive: Path, data: bytes) -> str:
    """Keep the bytes and return their SHA-256; bytes already kept are verified, not rewritten.

    The caller flushes a whole batch with :func:`flush` before it relies on what was stored.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    target = archive_path(archive, sha256)
    if target.exists() and target.stat().st_size == len(data) and _hash(target) == sha256:
        return sha256
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f".{sha256}.{os.getpid()}.tmp")
    partial.write_bytes(data)
    partial.chmod(0o400)
    partial.replace(target)
    return sha256


def fetch(archive: Path, sha256: str) -> bytes:
    """The bytes with this hash. Raises OperatorError when they are missing or altered."""
    target = archive_path(archive, sha256)
    try:
        data = target.read_bytes()
    except FileNotFoundError as error:
        raise OperatorError(
            f"The archive has lost {target}.", "Restore the file from a back-up, then load again."
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OperatorError(
            f"The archived file {target} was altered.",
            "Restore the file from a back-up, then load again.",
        )
    return data


def flush() -> None:
    """Make everything written so far survive a power cut, once for a whole batch."""
    os.sync()


def stored_hashes(archive: Path) -> set[str]:
    """The names of all archived files."""
    return {path.name for path in archive.glob("??/*") if not path.name.startswith(".")}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
