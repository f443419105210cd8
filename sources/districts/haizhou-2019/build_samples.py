"""Build the sample returns of 海州区 2019 from ``story/*.csv``.

    python sources/districts/haizhou-2019/build_samples.py [--output FOLDER]

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

from cross_tables import cross_table  # noqa: E402
from project_sheets import ledger, progress, register, reserve  # noqa: E402
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
