"""The workbook of an answer: the submitter's own marked up, else a copy of its rows, else the bare list.

Pure; meant for the process of ``answer_worker``, since it opens a stranger's file. What it says is the plan's.
"""

from dataclasses import dataclass, replace
from typing import Literal

from pipelines.feedback.marking.marked_workbook import UnmarkableError, mark_workbook
from pipelines.feedback.marking.plan import AnswerPlan
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.zip_parts import open_package
from pipelines.workbooks.decryption import opened
from pipelines.workbooks.detection import container_of

How = Literal["marked", "copied", "bare"]

_CONTENT_TYPES = "[Content_Types].xml"
NOT_COPIED = "原件的内容无法复制，请对照原文件查看意见。"


@dataclass(frozen=True)
class AnswerWorkbook:
    """The bytes of a workbook and the ending they want; ``because`` tells an operator why it is not the own one."""

    content: bytes
    suffix: str
    how: How
    because: str


def answer_workbook(data: bytes, plan: AnswerPlan, limits: ReadingLimits) -> AnswerWorkbook:
    """The answer to a file of any kind.

    Raises what a fault of ours raises: the caller then answers with the bare list.
    """
    try:
        package = _own_package(data, limits)
        marked = mark_workbook(package, plan, max_unpacked=limits.max_unpacked)
        return AnswerWorkbook(marked, _suffix(package, limits), "marked", "")
    except (UnmarkableError, UnreadableFileError) as fault:
        because = str(fault)
    return _copied(data, plan, limits, because)


def _copied(data: bytes, plan: AnswerPlan, limits: ReadingLimits, because: str) -> AnswerWorkbook:
    # What writes workbooks anew takes as long to import as everything else here; few answers need it.
    from pipelines.feedback.row_copies import copied_name, copy_of_rows

    findings = [
        replace(f, sheet=copied_name(f.sheet)) if f.sheet is not None else f for f in plan.findings
    ]
    copied = mark_workbook(copy_of_rows(data, limits), replace(plan, findings=findings))
    return AnswerWorkbook(copied, ".xlsx", "copied", because)


def bare_answer(plan: AnswerPlan, because: str) -> AnswerWorkbook:
    """The list of findings alone, where nothing of the file can be shown."""
    from pipelines.feedback.row_copies import bare_sheet

    return AnswerWorkbook(mark_workbook(bare_sheet(NOT_COPIED), plan), ".xlsx", "bare", because)


def _own_package(data: bytes, limits: ReadingLimits) -> bytes:
    """The package of an .xlsx, opened where it was encrypted with the password every program knows."""
    if container_of(data, limits.max_unpacked) == "encrypted":
        return opened(data)
    return data


def _suffix(package: bytes, limits: ReadingLimits) -> str:
    """Excel opens a workbook with macros under no other ending, and no other workbook under that one."""
    with open_package(package, limits.max_unpacked) as parts:
        has_macros = b"macroEnabled" in parts.read(_CONTENT_TYPES)
    return ".xlsm" if has_macros else ".xlsx"
