"""Which fonts a text is shown in, as .xls and .xlsb store it: runs of (first letter, font), two bytes each.

What a font looks like is the business of each container.
"""

import struct


def fonts_shown(own: int, runs: bytes) -> set[int]:
    """The font of the cell up to the first run, then those of the runs ([MS-XLS] §2.5.129, [MS-XLSB] §2.5.135)."""
    if not runs:
        return {own}
    pairs = list(struct.iter_unpack("<HH", runs[: len(runs) // 4 * 4]))
    shown = {font for _, font in pairs}
    return shown if pairs and pairs[0][0] == 0 else shown | {own}
