"""The archive: every file ever received, byte for byte, write-once, found by its SHA-256."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.durability import sync_all
from pipelines.problems import OperatorError

_PIECE_BYTES = 1 << 20
# What is being written has such a name in the archive's own folder, and its real one only when it is whole.
_RECEIVING = ".receiving-"


@dataclass(frozen=True)
class Stored:
    """A file that is in the archive."""

    sha256: str
    size_bytes: int


def archive_path(archive: Path, sha256: str) -> Path:
    """Where the file with this hash lies."""
    return archive / sha256[:2] / sha256


def store(archive: Path, data: bytes) -> str:
    """Keep the bytes and return their SHA-256; see ``store_pieces``."""
    return store_pieces(archive, [data]).sha256


def store_pieces(archive: Path, pieces: Iterable[bytes]) -> Stored:
    """Keep a file that comes piece by piece; bytes already kept are verified, not rewritten.

    What the pieces raise ends it, and nothing half is left. The caller makes a whole batch durable with ``flush``
    before it relies on what was stored. Raises OperatorError when the archive cannot be written.
    """
    return store_together(archive, [pieces])[0]


def store_together(archive: Path, files: Iterable[Iterable[bytes]]) -> list[Stored]:
    """Keep several files like ``store_pieces``, none of them before the last is whole."""
    written: list[tuple[Path, Stored]] = []
    try:
        archive.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            for number, pieces in enumerate(files):
                partial = archive / f"{_RECEIVING}{os.getpid()}-{number}"
                written.append((partial, Stored("", 0)))
                written[-1] = (partial, _write_pieces(partial, pieces))
            for partial, stored in written:
                _keep(archive, partial, stored)
        finally:
            for partial, _ in written:
                partial.unlink(missing_ok=True)
        return [stored for _, stored in written]
    except OSError as error:
        raise OperatorError(
            f"The archive {archive} cannot be written: {error.strerror}.",
            "Free the disk, or give the user of the load the right to write there; then load again.",
        ) from error


def _keep(archive: Path, partial: Path, stored: Stored) -> None:
    if not is_kept(archive, stored):
        target = archive_path(archive, stored.sha256)
        try:
            partial.replace(target)
        except FileNotFoundError:
            # The first file of its folder.
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.replace(target)


def _write_pieces(partial: Path, pieces: Iterable[bytes]) -> Stored:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(_created(partial), "wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        os.fchmod(file.fileno(), 0o400)
    return Stored(digest.hexdigest(), size)


def _created(partial: Path) -> int:
    """A new file, in place of one that somebody left there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        return os.open(partial, flags, 0o600)
    except FileExistsError:
        partial.unlink()
        return os.open(partial, flags, 0o600)


def is_kept(archive: Path, stored: Stored) -> bool:
    """Whether the file lies in the archive whole: its bytes are read and compared."""
    target = archive_path(archive, stored.sha256)
    if not target.is_file() or target.stat().st_size != stored.size_bytes:
        return False
    return hash_of(target) == stored.sha256


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def archived_size(archive: Path, sha256: str) -> int:
    """The bytes of an archived file. Raises OperatorError when it is missing."""
    target = archive_path(archive, sha256)
    try:
        return target.stat().st_size
    except FileNotFoundError as error:
        raise _lost(target) from error


def fetch(archive: Path, sha256: str) -> bytes:
    """The bytes with this hash. Raises OperatorError when they are missing or altered."""
    target = archive_path(archive, sha256)
    try:
        data = target.read_bytes()
    except FileNotFoundError as error:
        raise _lost(target) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OperatorError(
            f"The archived file {target} was altered.",
            "Restore the file from a back-up, then load again.",
        )
    return data


def _lost(target: Path) -> OperatorError:
    return OperatorError(
        f"The archive has lost {target}.", "Restore the file from a back-up, then load again."
    )


def flush(archive: Path, hashes: Sequence[str]) -> None:
    """Make what was stored survive a power cut, once for a whole batch."""
    targets = {archive_path(archive, sha256) for sha256 in hashes}
    sync_all([*targets, *{target.parent for target in targets}, archive])


def clear_unfinished(archive: Path) -> None:
    """Remove what a load that was cut off had only begun to write. The caller is the only writer."""
    for path in archive.glob(f"{_RECEIVING}*"):
        path.unlink()


def stored_hashes(archive: Path) -> set[str]:
    """The names of all archived files."""
    return {path.name for path in archive.glob("??/*") if not path.name.startswith(".")}


def foreign_names(archive: Path) -> Iterator[Path]:
    """Whatever lies in the archive under a name or in a place that is not of its making."""
    for path in sorted(archive.rglob("*")):
        parts = path.relative_to(archive).parts
        is_folder = len(parts) == 1 and _is_hexadecimal(parts[0], 2) and _is_real_folder(path)
        is_file = len(parts) == 2 and _is_hexadecimal(parts[1], 64) and parts[1][:2] == parts[0]
        if not is_folder and not (is_file and path.is_file() and not path.is_symlink()):
            yield path


def _is_real_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_hexadecimal(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")
