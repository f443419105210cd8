"""``make bench``: what a return costs, stage by stage, beside the floor and the usual script.

Prints each result as it comes, and keeps them all as a page of ``docs/``. Nothing here belongs to the tests: times
are compared by people, never asserted.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from loads import MOST_REPEATED, measure_size, measure_years
from page import as_page

from pipelines.settings import PROJECT_ROOT

_PAGE = PROJECT_ROOT / "docs" / "benchmarks.md"


def main() -> None:
    arguments = _arguments()
    sizes = [int(size) for size in arguments.sizes.split(",") if size]
    with tempfile.TemporaryDirectory(prefix="taizhang_bench_", dir=arguments.folder) as made:
        folder, measured = Path(made), []
        for size in sizes:
            print(f"{size:,} returns ...", flush=True)
            runs = arguments.runs if size <= MOST_REPEATED else 1
            measured.append(measure_size(folder, size, runs))
            print(as_page(measured[-1:], None, _machine()).split("\n## ", 1)[1], flush=True)
        years = None
        if arguments.years:
            print(f"{arguments.years} years ...", flush=True)
            years = measure_years(folder, arguments.years, arguments.runs, arguments.answer_rows)
    page = as_page(measured, years, _machine())
    print(page)
    if arguments.page:
        arguments.page.write_text(page, "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="200,2000,20000", help="numbers of returns")
    parser.add_argument("--years", type=int, default=10, help="years of history; 0 leaves it out")
    parser.add_argument(
        "--runs", type=int, default=3, help="how often each is measured, the largest sizes once"
    )
    parser.add_argument("--answer-rows", type=int, default=3000, help="rows of the large return")
    parser.add_argument("--folder", type=Path, default=None, help="where homes are made")
    parser.add_argument("--page", type=Path, default=_PAGE, help="the page to write")
    return parser.parse_args()


def _machine() -> str:
    return f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    main()
