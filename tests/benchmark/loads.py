"""The loads that are measured, each in a fresh process as an operator would start it, and what they cost."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from material import Inbox, next_return, returns_of_thirty_rows, years_of_a_district
from measuring import Cost, python, run_measured

HERE = Path(__file__).resolve().parent
_TAIZHANG = Path(sys.executable).with_name("taizhang")
# What belongs to taking a return in: all that happens until it is accepted or refused.
TAKING_IN = ("receive", "read", "store", "validate", "decide", "seal")
# The script's pace does not change with the number of files: it is measured on so many.
SCRIPT_FILES = 200
# More returns than these take so long that once must do, and so many that chance evens out.
MOST_REPEATED = 10_000


@dataclass(frozen=True)
class Measured:
    """One size: our stages, and the two references, in seconds of the clock over all files."""

    files: int
    stages: dict[str, float]
    cost: Cost
    floor: float
    script: float

    @property
    def taking_in(self) -> float:
        return sum(self.stages.get(stage, 0.0) for stage in TAKING_IN)

    def per_return(self, seconds: float) -> float:
        """Milliseconds a return."""
        return 1000 * seconds / self.files


def measure_size(folder: Path, files: int, runs: int) -> Measured:
    """Floor, script and load over the same files, in turn, so often; the median of each is kept."""
    inbox = returns_of_thirty_rows(folder / f"returns_{files}", files)
    floors, scripts, loads = [], [], []
    for run in range(runs):
        scratch = folder / f"run_{files}_{run}"
        scratch.mkdir()
        floors.append(_floor(inbox, scratch))
        scripts.append(_script(inbox, scratch))
        loads.append(_load_copy(inbox, scratch / "home"))
        shutil.rmtree(scratch)
    shutil.rmtree(inbox.home.root)
    loads.sort(key=lambda load: sum(load[0].get(stage, 0.0) for stage in TAKING_IN))
    stages, cost = loads[len(loads) // 2]
    return Measured(
        inbox.files, stages, cost, statistics.median(floors), statistics.median(scripts)
    )


def _floor(inbox: Inbox, scratch: Path) -> float:
    told = run_measured(python(HERE / "floor.py", inbox.home.inbox, scratch / "floor.duckdb"))
    return float(json.loads(told.output)["seconds"])


def _script(inbox: Inbox, scratch: Path) -> float:
    """Seconds for all files, at the pace of those it is tried on."""
    at_most = min(SCRIPT_FILES, inbox.files)
    told = run_measured(
        python(HERE / "usual_script.py", inbox.home.inbox, scratch / "script.duckdb", at_most)
    )
    found = json.loads(told.output)
    return float(found["seconds"]) / int(found["files"]) * inbox.files


def _load_copy(inbox: Inbox, root: Path) -> tuple[dict[str, float], Cost]:
    shutil.copytree(inbox.home.root, root)
    return load(root, inbox.now.isoformat())


def load(root: Path, now: str) -> tuple[dict[str, float], Cost]:
    """``taizhang load`` in a process of its own: its seconds by stage, and what it cost as a whole."""
    command = [str(_TAIZHANG), "load", "--home", str(root), "--json", "--now", now]
    cost = run_measured(command)
    return json.loads(cost.output)["seconds"], cost


@dataclass(frozen=True)
class YearsMeasured:
    """A home with years behind it: how it came to be, one return a day, and large returns answered warm."""

    years: int
    files: int
    first: tuple[dict[str, float], Cost]
    daily: Sequence[tuple[dict[str, float], Cost]]
    answer_rows: int
    answer_alone: float
    answer_beside_a_build: float

    @property
    def one_return(self) -> tuple[dict[str, float], Cost]:
        """The median day."""
        listed = sorted(self.daily, key=lambda day: day[1].wall)
        return listed[len(listed) // 2]


def measure_years(folder: Path, years: int, runs: int, answer_rows: int) -> YearsMeasured:
    """Load ten years at once, then a return at a time, then answer large ones."""
    inbox = years_of_a_district(folder / f"years_{years}", years)
    root = inbox.home.root
    first = load(root, inbox.now.isoformat())
    daily = []
    for day in range(runs):
        now = next_return(inbox.home, years, day)
        daily.append(load(root, now.isoformat()))
    told = run_measured(python(HERE / "warm_answer.py", root, years, answer_rows))
    warm = json.loads(told.output.splitlines()[-1])
    shutil.rmtree(root)
    return YearsMeasured(
        years, inbox.files, first, daily, answer_rows, warm["alone"], warm["beside_a_build"]
    )
