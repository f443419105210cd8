"""Making what was written survive a power cut. What is written, and when it has to, is decided elsewhere."""

import os
from collections.abc import Collection
from pathlib import Path

# So few files are made durable one by one; for more, one sync of everything costs less.
_FEW = 64


def sync(path: Path) -> None:
    """Make one file, or the names in one folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Collection[Path]) -> None:
    """Make files and folders survive a power cut, once for a whole batch."""
    if len(paths) > _FEW:
        os.sync()
        return
    for path in paths:
        sync(path)
