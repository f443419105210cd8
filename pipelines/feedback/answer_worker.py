"""The worker that composes the workbook of an answer, in a process of its own (``pipelines.sandbox``).

A request names the archived file, says whether it could be read, and holds the plan; the answer is a line of JSON about the workbook, then its bytes.
"""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.feedback.answer_workbooks import AnswerWorkbook, answer_workbook, bare_answer
from pipelines.feedback.marking.plan import AnswerPlan, ListedFinding, ListedRule
from pipelines.workbooks.containers.book import ReadingLimits

MODULE = "pipelines.feedback.answer_worker"


def open_worker(settings: dict[str, Any]) -> Callable[[dict[str, Any]], bytes]:
    """The answering function, for files within these ReadingLimits."""
    limits = ReadingLimits(**settings)

    def answer(request: dict[str, Any]) -> bytes:
        path = Path(request["path"])
        if path.stat().st_size > limits.max_bytes:
            raise ValueError(f"{path} is larger than {limits.max_bytes} bytes")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != request["sha256"]:
            raise ValueError(f"{path} is not what was received")
        plan = _plan_in(request["plan"])
        if request["is_unreadable"]:
            # What nobody could read, or would not unfold, is not handed back with our words in it.
            return _as_bytes(bare_answer(plan, "the file could not be read"))
        return _as_bytes(answer_workbook(data, plan, limits))

    return answer


def plan_out(plan: AnswerPlan) -> dict[str, Any]:
    """A plan as it goes into a request; its rules, the same for every return of a form, as one text."""
    return {
        **vars(plan),
        "findings": [vars(finding) for finding in plan.findings],
        "rules": _rules_out(tuple(plan.rules)),
    }


@lru_cache(maxsize=32)
def _rules_out(rules: tuple[ListedRule, ...]) -> str:
    return json.dumps([vars(rule) for rule in rules], ensure_ascii=False)


@lru_cache(maxsize=32)
def _rules_in(said: str) -> tuple[ListedRule, ...]:
    return tuple(ListedRule(**rule) for rule in json.loads(said))


def answer_in(answer: bytes) -> AnswerWorkbook:
    """A workbook as it comes out of an answer."""
    head, _, content = answer.partition(b"\n")
    return AnswerWorkbook(content=content, **json.loads(head))


def _plan_in(said: dict[str, Any]) -> AnswerPlan:
    return AnswerPlan(
        title=said["title"],
        facts=[(label, text) for label, text in said["facts"]],
        findings=[ListedFinding(**finding) for finding in said["findings"]],
        rules=_rules_in(said["rules"]),
        reply_reasons=said["reply_reasons"],
        mark=said["mark"],
    )


def _as_bytes(workbook: AnswerWorkbook) -> bytes:
    head = {"suffix": workbook.suffix, "how": workbook.how, "because": workbook.because}
    return json.dumps(head).encode() + b"\n" + workbook.content
