"""One validation of a frame by Great Expectations: the only importer of great_expectations.

The library takes seconds to import. It is imported when a frame is validated and not before, or
ahead of time in a process of its own (``start_early``), while the returns are still being read.
Suites are built through the constructor: adding expectations one by one drops those that differ
only in ``meta``.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

import pandas as pd

from pipelines.declarations.forms import Field, Form
from pipelines.declarations.rules import Each, Rule

_log = logging.getLogger(__name__)

_INDEX = "frame_row"
_validator: ProcessPoolExecutor | None = None


@dataclass(frozen=True)
class BoundExpectation:
    """A rule bound to the columns it looks at; ``field`` where it is repeated for each field."""

    rule: Rule
    field: str | None
    arguments: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.rule.rule_id}:{self.field or ''}"


@dataclass(frozen=True)
class Failure:
    """A frame row on which a rule fails."""

    rule: Rule
    field: str | None
    frame_row: int


@dataclass(frozen=True)
class Evaluation:
    """What one validation found, and which expectations it evaluated."""

    failures: tuple[Failure, ...]
    evaluated: tuple[str, ...]


def bind(rules: Sequence[Rule], form: Form | None) -> list[BoundExpectation]:
    """Bind declared rules to a form: a rule with ``each`` becomes one expectation per field."""
    bound: list[BoundExpectation] = []
    for rule in rules:
        if rule.each is None or form is None:
            bound.append(BoundExpectation(rule, rule.field, rule.arguments))
            continue
        chosen = [field for field in form.fields if _is_of_sort(field, rule.each)]
        for field in chosen:
            arguments = {
                name: value.replace("{field}", field.name) if isinstance(value, str) else value
                for name, value in rule.arguments.items()
            }
            bound.append(BoundExpectation(rule, field.name, arguments))
    return bound


def _is_of_sort(field: Field, each: Each) -> bool:
    match each:
        case "required":
            return field.is_required
        case "figure":
            return field.kind in ("money", "count")
        case _:
            return field.kind == each


def start_early() -> None:
    """Begin to import the library in a child process, which then validates for this one."""
    global _validator
    if _validator is None:
        _validator = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_end_with_the_parent
        )
        _validator.submit(_warm_up)


def _end_with_the_parent() -> None:
    """A load that is killed leaves no validator behind: it waits for work on a pipe that it holds open itself."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _warm_up() -> None:
    """Validate one row: the library imports most of itself at its first validation."""
    rule = Rule(
        rule_id="GEN-000",
        frame="rows",
        level=0,
        severity="information",
        title="—",
        message="—",
        remedy="—",
        example="—",
        reason="—",
        expectation="expect_column_values_to_be_null",
        arguments={"column": "nothing"},
    )
    frame = pd.DataFrame({_INDEX: [0], "nothing": [None]})
    _validate("warm-up", frame, [BoundExpectation(rule, None, rule.arguments)])


def evaluate(name: str, frame: pd.DataFrame, bound: Sequence[BoundExpectation]) -> Evaluation:
    """Validate a frame once against all its expectations.

    The frame has a unique integer column ``frame_row``. Raises RuntimeError when an expectation
    could not be evaluated: a rule that fails to run is a fault of ours, never a pass.
    """
    if frame.empty or not bound:
        return Evaluation((), tuple(item.key for item in bound))
    global _validator
    if _validator is not None:
        try:
            return _validator.submit(_validate, name, frame, bound).result()
        except BrokenProcessPool:
            # A process that lives for weeks must not stop judging because its child was killed.
            _log.warning("the validating process has died; rules are evaluated in this one")
            _validator = None
    return _validate(name, frame, bound)


def _validate(name: str, frame: pd.DataFrame, bound: Sequence[BoundExpectation]) -> Evaluation:
    import great_expectations as gx

    batch = _batch_definition(name).get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name=name, expectations=[_expectation(item) for item in bound])
    result = batch.validate(
        suite,
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [_INDEX]},
    )
    by_key = {item.key: item for item in bound}
    failures: list[Failure] = []
    evaluated: list[str] = []
    for outcome in result.results:
        item = by_key[outcome.expectation_config.meta["key"]]
        if outcome.exception_info.get("raised_exception", False) or "raised_exception" not in (
            outcome.exception_info
        ):
            raise RuntimeError(f"rule {item.key} could not be evaluated: {outcome.exception_info}")
        evaluated.append(item.key)
        failures += [
            Failure(item.rule, item.field, int(entry[_INDEX]))
            for entry in outcome.result.get("unexpected_index_list") or []
        ]
    return Evaluation(tuple(failures), tuple(evaluated))


def _expectation(item: BoundExpectation) -> Any:
    import great_expectations.expectations as gxe

    words = (item.rule.expectation or "").split("_")
    kind = getattr(gxe, "".join(word.capitalize() for word in words))
    severity = {"error": "critical", "warning": "warning", "information": "info"}
    return kind(
        **item.arguments,
        severity=severity[item.rule.severity],
        description=item.rule.title,
        meta={"key": item.key, "rule_id": item.rule.rule_id},
    )


@cache
def _context() -> Any:
    """The library's context, without its own folders and without its progress bars."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


@cache
def _batch_definition(name: str) -> Any:
    source = _context().data_sources.add_pandas(name)
    return source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
