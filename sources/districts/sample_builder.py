"""Build the sample returns of a bundled district: ``samples/<unit_code>/…`` and ``samples/arrivals.csv``."""

from __future__ import annotations

import argparse
import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from story_tables import Return

ARRIVALS = ("path", "unit_code", "arrived_at")
AnyReturn = TypeVar("AnyReturn", bound=Return)


def build_samples(
    profile: Path, returns: Sequence[AnyReturn], write: Callable[[AnyReturn, Path], None]
) -> None:
    """Read the arguments, write every return below the output folder, then the list of arrivals."""
    parser = argparse.ArgumentParser(description="Build the sample returns of this profile.")
    parser.add_argument(
        "--output",
        type=Path,
        default=profile,
        help="where samples/ is written (default: this profile)",
    )
    output = parser.parse_args().output
    shutil.rmtree(output / "samples", ignore_errors=True)
    for item in returns:
        write(item, output)
    with (output / "samples" / "arrivals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ARRIVALS)
        writer.writerows([getattr(item, column) for column in ARRIVALS] for item in returns)
    print(f"{len(returns)} returns written below {output / 'samples'}")
