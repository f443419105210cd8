"""What a file in an answer folder is called after the file it answers: a name that every system takes for a name.

The name of a return is its sender's; answer folders are copied to Windows shares, zipped and mailed. Where a file
lies is not decided here.
"""

import re

from pipelines.text import one_line

ANSWER_SUFFIX = "（校验意见）"
_UNNAMED = "报表"
# No file system takes more than 255 bytes; the suffix and the ending want room, and paths on Windows are short.
_LONGEST, _MOST_BYTES = 60, 180
_FAULTS = re.compile(r'[<>:"/\\|?*]')
# Devices of Windows, with any ending: “Naming Files, Paths, and Namespaces”, Microsoft Learn.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)


def answer_stem(file_name: str) -> str:
    """The name of the answer to a file, without its ending: what was sent may be an answer that came back."""
    shown = one_line(re.split(r"[/\\]", file_name)[-1])
    stem, dot, _ = shown.rpartition(".")
    plain = _FAULTS.sub("_", stem if dot and stem else shown).removesuffix(ANSWER_SUFFIX)
    short = plain[:_LONGEST].encode()[:_MOST_BYTES].decode("utf-8", "ignore")
    bare = short.lstrip(".~ ").rstrip(". ") or _UNNAMED
    return f"{'_' if _DEVICE.match(bare) else ''}{bare}{ANSWER_SUFFIX}"
