"""Build the sample returns of 召陵区 2022 from ``story/*.csv``.

    python sources/districts/zhaoling-2022/build_samples.py [--output FOLDER]

Run it after a change of the story and commit what it wrote (``sample_builder``); a test compares both.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from pictures import picture  # noqa: E402
from progress_sheets import progress  # noqa: E402
from project_sheets import batches, ledger  # noqa: E402
from sample_builder import build_samples  # noqa: E402
from story import Return, Story  # noqa: E402
from workbook_writer import Sheet, write_workbook  # noqa: E402
from working_sheets import issue_list, meeting_items, node_plan, review  # noqa: E402


def _sheets(story: Story, item: Return) -> list[Sheet]:
    match item.form_id:
        case "project_ledger":
            return ledger(story)
        case "progress_report":
            return progress(story, item)
        case "three_batches":
            return batches(story, item)
        case "node_plan":
            return node_plan(story, item)
        case "issue_ledger":
            return issue_list(story, item)
        case "dispatch_record":
            return meeting_items(story, item)
        case "site_review":
            return review(story, item)
    raise ValueError(f"{item.path}: no sheet is made for {item.form_id}")


def _write_return(story: Story, item: Return, output: Path) -> None:
    copied = story.changes_of(item).get("copy_of")
    target = output / item.path
    if item.form_id == "photograph":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture(story.photographs[item.path]))
    elif copied is not None:
        shutil.copyfile(output / copied.value, target)
    else:
        write_workbook(target, _sheets(story, item))


def main() -> None:
    """Build the year."""
    story = Story()
    build_samples(HERE, story.returns, lambda item, output: _write_return(story, item, output))


if __name__ == "__main__":
    main()
