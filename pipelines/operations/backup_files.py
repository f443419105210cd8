"""A folder of copies: every file once under its SHA-256, and a manifest for each copy that was made of a home.

    FOLDER/files/<2 hex>/<sha256>      whatever a copy holds; copies share what did not change
    FOLDER/<moment>.json               one copy: paths, hashes, sizes, modes; written last, so that it is whole or not there

What of a home goes into a copy is ``backup``'s business, the way back ``restore``'s.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.durability import sync
from pipelines.intake.archive import hash_of
from pipelines.problems import OperatorError

_PIECE_BYTES = 1 << 20
_BEGUN = ".begun-"
_HEXADECIMAL = "bytes:"


@dataclass(frozen=True)
class Entry:
    """One file of a home; ``path`` is below the home (``written_path``)."""

    path: str
    sha256: str
    bytes: int
    mode: int
    modified_ns: int


class BackupManifest(BaseModel):
    """One copy of a home at a moment of the district's time; ``digest`` is a hash over its entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    made_at: datetime
    district: str
    release: int | None
    folders: list[str]
    entries: list[Entry]
    digest: str


def digest_of(entries: Sequence[Entry]) -> str:
    """A hash over everything a manifest states of its files."""
    stated = json.dumps([asdict(entry) for entry in entries], ensure_ascii=True)
    return hashlib.sha256(stated.encode()).hexdigest()


def written_path(path: Path) -> str:
    """A path below the home as text; a name that is not UTF-8 as its bytes."""
    raw = os.fsencode(path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _HEXADECIMAL + raw.hex()
    return _HEXADECIMAL + raw.hex() if text.startswith(_HEXADECIMAL) else text


def read_path(written: str) -> Path:
    """The path that was written. Raises OperatorError for one that leads out of the home."""
    is_bytes = written.startswith(_HEXADECIMAL)
    path = Path(
        os.fsdecode(bytes.fromhex(written.removeprefix(_HEXADECIMAL))) if is_bytes else written
    )
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise OperatorError(
            f"The copy names a file outside the home: {written}", "Take another copy."
        )
    return path


class BackupFolder:
    """The folder that copies of one home are kept in."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Be the only one who writes here. Raises OperatorError where somebody else does."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OperatorError(
                    f"Another copy is being made in {self.root}.", "Wait until it has finished."
                ) from error
            for path in self.root.glob(f"files/{_BEGUN}*"):
                path.unlink()
            yield

    def place(self, sha256: str) -> Path:
        """Where a file of this hash lies."""
        return self.root / "files" / sha256[:2] / sha256

    def holds(self, sha256: str, size: int) -> bool:
        """Whether a file of this hash is there with its size; its bytes were compared when it was written."""
        try:
            return self.place(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def take(self, source: Path) -> tuple[str, int, bool]:
        """Copy a file and read the copy again; its hash, its size, and whether it was not here. Raises OSError."""
        begun = self.root / "files" / f"{_BEGUN}{os.getpid()}"
        begun.parent.mkdir(mode=0o700, exist_ok=True)
        begun.unlink(missing_ok=True)
        try:
            sha256, size = _copy(source, begun)
            if hash_of(begun) != sha256:
                raise OSError(f"{self.root} does not give back what was written ({source.name})")
            is_new = not self.holds(sha256, size)
            if is_new:
                place = self.place(sha256)
                place.parent.mkdir(mode=0o700, exist_ok=True)
                begun.replace(place)
        finally:
            begun.unlink(missing_ok=True)
        return sha256, size, is_new

    def manifests(self) -> list[Path]:
        """The copies that are here, oldest first."""
        return sorted(self.root.glob("[0-9]*.json"))

    def write(self, manifest: BackupManifest) -> Path:
        """Put a finished copy's manifest in place, durable, after everything it names."""
        os.sync()
        stamp = f"{manifest.made_at:%Y%m%dT%H%M%S}"
        number = len(list(self.root.glob(f"{stamp}*.json")))
        path = self.root / (f"{stamp}-{number + 1}.json" if number else f"{stamp}.json")
        begun = self.root / f"{_BEGUN}manifest"
        begun.unlink(missing_ok=True)
        begun.touch(mode=0o600)
        begun.write_text(manifest.model_dump_json(indent=1) + "\n", "utf-8")
        sync(begun)
        begun.replace(path)
        sync(self.root)
        return path

    def forget_all_but(self, keep: int) -> int:
        """Remove the oldest copies, and the files that no other one shares. Returns how many copies went."""
        listed = self.manifests()
        gone, kept = listed[:-keep], listed[-keep:]
        if not gone:
            return 0
        needed = {entry.sha256 for path in kept for entry in read_manifest(path).entries}
        for path in gone:
            path.unlink()
        for path in self.root.glob("files/??/*"):
            if path.name not in needed:
                path.unlink()
        return len(gone)


def read_manifest(path: Path) -> BackupManifest:
    """A copy's manifest. Raises OperatorError for one that cannot be read, or is not what was written."""
    remedy = "Take another copy of the same folder."
    try:
        manifest = BackupManifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise OperatorError(f"{path} is no copy of a home, or is damaged.", remedy) from error
    if digest_of(manifest.entries) != manifest.digest:
        raise OperatorError(f"{path} is not as it was written.", remedy)
    return manifest


def _copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy the bytes for the owner alone; their hash and number."""
    digest, size = hashlib.sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with source.open("rb") as read, os.fdopen(os.open(target, flags, 0o600), "wb") as written:
        while piece := read.read(_PIECE_BYTES):
            digest.update(piece)
            size += len(piece)
            written.write(piece)
        os.fchmod(written.fileno(), 0o400)
    return digest.hexdigest(), size
