"""One validation of a frame by Great Expectations: the only importer of great_expectations.

The library takes seconds to import. It is imported when a frame is validated and not before, or
ahead of time in a process of its own (``start_early``), while the returns are still being read.
Suites are built through the constructor: adding expectations one by one drops those that differ
only in ``meta``.
"""

import atexit
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
from pipelines.interpreter import collect_seldom
from pipelines.validation.spared import leave_out

_log = logging.getLogger(__name__)

_INDEX = "frame_row"
# Expectations of one column that look at its values alone; an empty cell is none.
_OF_VALUES = frozenset(
    {
        "expect_column_values_to_be_null",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
    }
)
_GIVEN = "expect_column_values_to_not_be_null"
_validator: ProcessPoolExecutor | None = None
_is_for_one_load = False


@dataclass(frozen=True)
class BoundExpectation:
    """A rule bound to the columns it looks at; ``field`` where it is repeated for each field."""

    rule: Rule
    field: str | None
    arguments: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.rule.rule_id}:{self.field or ''}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame it names."""
        named = (self.arguments.get(name) for name in ("column", "column_A", "column_B"))
        return tuple(str(column) for column in named if column is not None)


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


def start_early(for_one_load: bool = False) -> None:
    """Begin to import the library in a child process, which then validates for this one.

    ``for_one_load``: whether it may end when that load is judged (:func:`load_is_judged`).
    """
    global _validator, _is_for_one_load
    _is_for_one_load = for_one_load
    if _validator is None:
        _validator = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin_and_end_lightly
        )
        _validator.submit(_warm_up)


def load_is_judged() -> None:
    """Let a process go that was started for one load: its memory is wanted where the marts are built."""
    global _validator
    if _validator is not None and _is_for_one_load:
        _validator.shutdown(wait=False)
        _validator = None


def _begin_and_end_lightly() -> None:
    """What the process does without, and how it ends.

    A load that is killed leaves no validator behind: it waits for work on a pipe that it holds open itself.
    """
    # Called after all that is registered from here on; then nothing is taken apart any more.
    atexit.register(os._exit, 0)
    collect_seldom()
    leave_out()
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
    frame = pd.DataFrame({"nothing": [None]})
    _validate("warm-up", frame, [BoundExpectation(rule, None, rule.arguments)])


def evaluate(name: str, frame: pd.DataFrame, bound: Sequence[BoundExpectation]) -> Evaluation:
    """Validate a frame once against all its expectations.

    The frame has a unique integer column ``frame_row``. Raises RuntimeError when an expectation
    could not be evaluated: a rule that fails to run is a fault of ours, never a pass.
    """
    there = frame.notna()
    told, full = set(frame.columns[there.any()]), set(frame.columns[there.all()])
    asked = [
        i for i in bound if not (_looks_at_nothing(i, frame, told) or _misses_nothing(i, full))
    ]
    evaluated = tuple(item.key for item in bound)
    if frame.empty or not asked:
        return Evaluation((), evaluated)
    read = dict.fromkeys(column for item in asked for column in item.columns)
    narrow = frame.set_index(_INDEX)[[column for column in frame.columns if column in read]]
    return Evaluation(_evaluate(name, narrow.rename_axis(None), asked), evaluated)


def _looks_at_nothing(item: BoundExpectation, frame: pd.DataFrame, told: set[str]) -> bool:
    """Whether an expectation holds because there is no value for it; ``told`` are the columns with values.

    Most frames are empty but for a few columns, and the library takes as long over an empty one.
    """
    empty = [column for column in item.columns if column not in told and column in frame]
    if item.rule.expectation in _OF_VALUES:
        return len(empty) == 1
    return bool(empty) and item.arguments.get("ignore_row_if") == "either_value_is_missing"


def _misses_nothing(item: BoundExpectation, full: set[str]) -> bool:
    """Whether a value is asked for that is there in every row; ``full`` are the columns of which that is so."""
    return item.rule.expectation == _GIVEN and full.issuperset(item.columns)


def _evaluate(
    name: str, frame: pd.DataFrame, bound: Sequence[BoundExpectation]
) -> tuple[Failure, ...]:
    """The failures of expectations on a frame indexed by ``frame_row``, found in the process started early if any."""
    global _validator
    if _validator is not None:
        try:
            return _validator.submit(_validate, name, frame, bound).result()
        except BrokenProcessPool:
            # A process that lives for weeks must not stop judging because its child was killed.
            _log.warning("the validating process has died; rules are evaluated in this one")
            _validator = None
    return _validate(name, frame, bound)


def _validate(
    name: str, frame: pd.DataFrame, bound: Sequence[BoundExpectation]
) -> tuple[Failure, ...]:
    import great_expectations as gx

    batch = _batch_definition(name).get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name=name, expectations=[_expectation(item) for item in bound])
    result = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    by_key = {item.key: item for item in bound}
    missing = set(by_key)
    failures: list[Failure] = []
    for outcome in result.results:
        item = by_key[outcome.expectation_config.meta["key"]]
        if outcome.exception_info.get("raised_exception", False) or "raised_exception" not in (
            outcome.exception_info
        ):
            raise RuntimeError(f"rule {item.key} could not be evaluated: {outcome.exception_info}")
        missing.discard(item.key)
        failures += [
            Failure(item.rule, item.field, int(row))
            for row in outcome.result.get("unexpected_index_list") or []
        ]
    if missing:
        raise RuntimeError(f"rules were not evaluated: {sorted(missing)}")
    return tuple(failures)


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
