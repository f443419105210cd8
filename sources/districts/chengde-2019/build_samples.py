"""Build the sample returns of 承德高新区 2019 from ``story/*.csv``.

    python sources/districts/chengde-2019/build_samples.py [--output FOLDER]

Run it after a change of the story and commit what it wrote (``sample_builder``); a test compares both.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from progress_sheets import progress_workbook  # noqa: E402
from register_sheets import adjusted_ledger, first_ledger, register, statistics  # noqa: E402
from sample_builder import build_samples  # noqa: E402
from story import STORY, Change, Return, Story  # noqa: E402
from workbook_writer import Sheet, write_workbook  # noqa: E402


def _write_return(story: Story, item: Return, output: Path) -> None:
    target = output / item.path
    target.parent.mkdir(parents=True, exist_ok=True)
    changes = [change for change in story.changes if change.path == item.path]
    kinds = {change.kind: change for change in changes}
    if "copy_of" in kinds:
        shutil.copyfile(output / kinds["copy_of"].value, target)
    elif "text_file" in kinds:
        shutil.copyfile(STORY / kinds["text_file"].value, target)
    else:
        write_workbook(target, _sheets(story, item, changes))


def _sheets(story: Story, item: Return, changes: list[Change]) -> list[Sheet]:
    if item.form_id == "progress_report":
        return progress_workbook(story, item, changes)
    if item.form_id == "start_completion_register":
        return register(story, item)
    if item.form_id == "statistics_fai":
        return statistics(story, item)
    resent = any(
        other.form_id == item.form_id and other.arrived_at < item.arrived_at
        for other in story.returns
    )
    return adjusted_ledger(story) if resent else first_ledger(story)


def main() -> None:
    """Build the year."""
    story = Story()
    build_samples(HERE, story.returns, lambda item, output: _write_return(story, item, output))


if __name__ == "__main__":
    main()
