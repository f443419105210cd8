"""Build the sample returns of 海州区 2019 from ``story/*.csv``.

    python sources/districts/haizhou-2019/build_samples.py [--output FOLDER]

Run it after a change of the story and commit what it wrote (``sample_builder``); a test compares both.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from cross_tables import cross_table  # noqa: E402
from project_sheets import ledger, progress, register, reserve  # noqa: E402
from sample_builder import build_samples  # noqa: E402
from story import Return, Story  # noqa: E402
from workbook_writer import Sheet, write_workbook  # noqa: E402


def _sheets(story: Story, item: Return) -> list[Sheet]:
    if item.layout == "ledger":
        return ledger(story)
    if item.layout == "reserve":
        return reserve(story)
    if item.layout == "register":
        return register(story, item, [r.month for r in story.returns if r.layout == "register"])
    if item.layout == "progress":
        return progress(story, item)
    return cross_table(story, item, [c for c in story.changes if c.path == item.path])


def main() -> None:
    """Build the year."""
    story = Story()

    def write(item: Return, output: Path) -> None:
        write_workbook(output / item.path, _sheets(story, item))

    build_samples(HERE, story.returns, write)


if __name__ == "__main__":
    main()
