"""Build the sample returns of 旬阳高新区 2020 from ``story/*.csv``.

    python sources/districts/xunyang-2020/build_samples.py [--output FOLDER]

Run it after a change of the story and commit what it wrote (``sample_builder``); a test compares both.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from monthly_sheets import ledger, progress, register  # noqa: E402
from sample_builder import build_samples  # noqa: E402
from story import Return, Story  # noqa: E402
from workbook_writer import write_workbook  # noqa: E402
from working_sheets import (  # noqa: E402
    assessment,
    meetings,
    node_plan,
    signings,
    talks,
    weekly_list,
)

SHEETS = {
    "progress_report": progress,
    "start_completion_register": register,
    "node_plan": node_plan,
    "issue_ledger": weekly_list,
    "site_review": assessment,
    "dispatch_record": meetings,
    "three_batches": signings,
    "reserve_projects": talks,
}


def main() -> None:
    """Build the five months."""
    story = Story()

    def write(item: Return, output: Path) -> None:
        is_ledger = item.form_id == "project_ledger"
        sheets = ledger(story) if is_ledger else SHEETS[item.form_id](story, item)
        write_workbook(output / item.path, sheets)

    build_samples(HERE, story.returns, write)


if __name__ == "__main__":
    main()
