"""Build the sample returns of 华龙区 2017 from ``story/*.csv``.

    python sources/districts/hualong-2017/build_samples.py [--output FOLDER]

Writes ``samples/<unit_code>/…`` and ``samples/arrivals.csv`` below the output folder (by default
this profile). Run it after a change of the story and commit what it wrote; a test compares both.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from list_sheets import launches, reserve  # noqa: E402
from monthly_sheets import ledger, progress, register  # noqa: E402
from story import Return, Story  # noqa: E402
from workbook_writer import Sheet, write_workbook  # noqa: E402

ARRIVALS = ("path", "unit_code", "arrived_at")


def build(output: Path) -> int:
    """Write every return and the list of arrivals; returns how many returns there are."""
    story = Story()
    for item in story.returns:
        write_workbook(output / item.path, _sheets(story, item))
    with (output / "samples" / "arrivals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ARRIVALS)
        for item in story.returns:
            writer.writerow([getattr(item, column) for column in ARRIVALS])
    return len(story.returns)


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
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description="Build the sample returns of this profile.")
    parser.add_argument(
        "--output",
        type=Path,
        default=HERE,
        help="where samples/ is written (default: this profile)",
    )
    output = parser.parse_args().output
    shutil.rmtree(output / "samples", ignore_errors=True)
    print(f"{build(output)} returns written below {output / 'samples'}")


if __name__ == "__main__":
    main()
