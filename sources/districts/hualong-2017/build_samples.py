"""Build the sample returns of 华龙区 2017 from ``story/*.csv``.

    python sources/districts/hualong-2017/build_samples.py [--output FOLDER]

Run it after a change of the story and commit what it wrote (``sample_builder``); a test compares both.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from list_sheets import launches, reserve  # noqa: E402
from monthly_sheets import ledger, progress, register  # noqa: E402
from sample_builder import build_samples  # noqa: E402
from story import Return, Story  # noqa: E402
from workbook_writer import Sheet, write_workbook  # noqa: E402


def _sheets(story: Story, item: Return) -> list[Sheet]:
    match item.form_id:
        case "project_ledger":
            return ledger(story)
        case "progress_report":
            return progress(story, item)
        case "start_completion_register":
            return register(story, item)
        case "launch_event":
            return launches(story)
        case "reserve_projects":
            return reserve(story, item)
    raise ValueError(f"{item.path}: no sheet is made for {item.form_id}")


def main() -> None:
    """Build the year."""
    story = Story()

    def write(item: Return, output: Path) -> None:
        write_workbook(output / item.path, _sheets(story, item))

    build_samples(HERE, story.returns, write)


if __name__ == "__main__":
    main()
