"""The benchmark measures what it says: so many returns, all their cells, all processes; and its page can be read."""

from __future__ import annotations

import json
import sys

from loads import Measured
from material import ROWS, returns_of_thirty_rows
from measuring import BenchmarkError, Cost, python, run_measured
from openpyxl import load_workbook
from page import as_page
from pytest import fixture, raises

from pipelines.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "tests" / "benchmark"


@fixture(scope="module")
def inbox(tmp_path_factory):
    return returns_of_thirty_rows(tmp_path_factory.mktemp("benchmark") / "home", 12)


def test_there_are_as_many_returns_as_asked_for_each_of_thirty_rows(inbox):
    files = sorted(inbox.home.inbox.rglob("*.xlsx"))
    assert len(files) == inbox.files == 12
    for file in files:
        sheet = load_workbook(file).active
        assert sheet.max_row - 3 == ROWS


def test_the_floor_stores_every_cell_that_is_there(inbox, tmp_path):
    told = run_measured(python(FOLDER / "floor.py", inbox.home.inbox, tmp_path / "floor.duckdb"))
    there = sum(
        cell.value is not None
        for file in inbox.home.inbox.rglob("*.xlsx")
        for row in load_workbook(file).active.iter_rows()
        for cell in row
    )
    assert json.loads(told.output)["cells"] == there


def test_memory_of_a_process_and_its_children_is_added_up():
    alone = run_measured([sys.executable, "-c", _HOLDING.format(children=0)])
    three = run_measured([sys.executable, "-c", _HOLDING.format(children=2)])
    assert three.peak_mib > alone.peak_mib + 2 * 40


# All hold their memory before the second begins in which it is watched, however busy the machine is.
_HOLDING = """
import subprocess, sys, time
child = "import sys; held = b'x' * (50 << 20); print('held', flush=True); sys.stdin.read()"
command = [sys.executable, "-c", child]
held = b"x" * (50 << 20)
pipe = subprocess.PIPE
children = [subprocess.Popen(command, stdin=pipe, stdout=pipe) for _ in range({children})]
[child.stdout.readline() for child in children]
time.sleep(1.0)
[child.communicate() for child in children]
"""


def test_a_command_that_fails_is_no_result():
    with raises(BenchmarkError, match="what went wrong"):
        run_measured([sys.executable, "-c", "raise SystemExit('what went wrong')"])


def test_the_page_sets_the_references_beside_every_size():
    stages = {"receive": 0.2, "read": 0.4, "store": 0.2, "validate": 0.1, "decide": 0.1}
    stages |= {"answer": 0.6, "transform": 5.0, "publish": 1.0}
    measured = Measured(200, stages, Cost(9.0, 12.0, 512.0, ""), floor=0.25, script=30.0)
    page = as_page([measured], None, "2 processors")
    row = next(line for line in page.splitlines() if line.startswith("| 200 |"))
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert cells == [
        "200", "1.00", "2.00", "1.00", "0.50", "0.50", "**5.00**", "1.25", "4.0", "150", "30", "3.00",
    ]  # fmt: skip
