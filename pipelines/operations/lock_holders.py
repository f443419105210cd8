"""Who holds a lock file, as the kernel tells: nothing is locked, opened or waited for.

How locks are taken is ``lock``'s business.
"""

import os
from pathlib import Path

_KERNEL_TABLE = Path("/proc/locks")


def holder(path: Path) -> int | None:
    """The process that holds an advisory lock on this file; None where nobody does or nobody can tell."""
    try:
        status = path.stat()
        table = _KERNEL_TABLE.read_text("ascii")
    except OSError:
        return None
    wanted = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    for line in table.splitlines():
        # "3: FLOCK  ADVISORY  WRITE 9755 fe:00:5301231 0 EOF"; one who waits has "->" behind the number.
        words = line.split()
        if len(words) >= 6 and words[1] == "FLOCK" and words[5] == wanted:
            return int(words[4])
    return None
