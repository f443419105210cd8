"""A workbook → what is kept and judged of it: its return, what that says by itself, its tables.

Runs in the processes that read (``return_worker``). A return the product cannot cope with takes nobody else's along.
"""

import traceback
from collections.abc import Sequence
from typing import TypeAlias

import pipelines.workbooks.tables as arrow
from pipelines.ledger.taken import Answer, Taken, TakenReturn, Wanted
from pipelines.validation.alone import LoneJudge
from pipelines.workbooks.cells import Workbook
from pipelines.workbooks.readings import ReadReturn, extract_of
from pipelines.workbooks.returns import ReadingContext, read_return

# A file with what was found in it: a return, or why there is none.
Read: TypeAlias = tuple[Wanted, ReadReturn | Taken]

_LONGEST_TRACE = 4_000


def understand(workbook: Workbook, wanted: Wanted, context: ReadingContext) -> ReadReturn | Taken:
    """Take a workbook for a return."""
    try:
        return read_return(workbook, wanted.unit_code, wanted.file_name, context, wanted.form_id)
    except MemoryError:
        raise
    except Exception:
        # One file the product cannot cope with must not keep everybody else's from being loaded.
        return _not_understood()


def taken_together(files: Sequence[Read], judge: LoneJudge) -> Answer:
    """What is told of the files of one request, their tables together."""
    try:
        return _taken(files, judge)
    except MemoryError:
        raise
    except Exception:
        return _taken([_alone(one, judge) for one in files], judge)


def _alone(file: Read, judge: LoneJudge) -> Read:
    """A file that can be told of with others, or that the product does not cope with it."""
    try:
        _taken([file], judge)
        return file
    except MemoryError:
        raise
    except Exception:
        return file[0], _not_understood()


def _taken(files: Sequence[Read], judge: LoneJudge) -> Answer:
    told: list[Taken] = []
    returns: list[tuple[str, ReadReturn]] = []
    noted: dict[str, arrow.NotedColumns] = {}
    for wanted, read in files:
        if isinstance(read, Taken):
            told.append(read)
            continue
        own, noted[wanted.receipt_id] = judge.judge(read)
        returns.append((wanted.receipt_id, read))
        told.append(Taken(found=TakenReturn(extract_of(read), own)))
    return Answer(tuple(told), arrow.packed(arrow.tables_of(returns, noted)))


def _not_understood() -> Taken:
    return Taken(trace=traceback.format_exc()[-_LONGEST_TRACE:])
