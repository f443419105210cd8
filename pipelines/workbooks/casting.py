"""Which cast each column of a table gets: the declared kind turned into a function."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from pipelines.declarations.forms import Field, Form
from pipelines.identifiers import is_project_code, is_uscc
from pipelines.text import compact, display_name, is_placeholder, name_key, project_code, text_code
from pipelines.workbooks.cells import CellValue, raw_text
from pipelines.workbooks.figures import read_figure
from pipelines.workbooks.locating import Block
from pipelines.workbooks.periods import PeriodMention, mentioned_period, period_id
from pipelines.workbooks.values import DAYS_FROM_1900, read_date, read_deadline, read_money

Steps: TypeAlias = tuple[str, ...]


class CellReading(NamedTuple):
    """What one cell says: the values stored for it by storage column, the steps to them, and its problem."""

    values: tuple[tuple[str, Any], ...] = ()
    steps: Steps = ()
    problem: str | None = None


Reader: TypeAlias = Callable[[CellValue], CellReading]

_NOTHING: Final = CellReading()
# Names, codes, days and words come again in every return; a long text comes once, and would stay in memory.
_REMEMBERED, _LONGEST_REMEMBERED = 32_768, 100

# A stored number keeps fifteen digits (IEEE 754; ECMA-376 §18.17.5.2): of a longer one the last are gone.
_FIRST_UNSURE = 10**15
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+\d{2,3}$")


@dataclass(frozen=True)
class Cast:
    """How one column is read.

    ``spreads``: a value merged over several rows holds for each of them (never for money or dates).
    """

    column: int
    field: str
    spreads: bool
    reader: Reader

    def read(self, value: CellValue) -> CellReading:
        """What a cell says; equal cells of columns that are read alike are read once."""
        is_long = type(value) is str and len(value) > _LONGEST_REMEMBERED
        # 0.0 and -0.0 are equal, and written differently.
        return self.reader(value) if is_long or value == 0 else _known(self.reader, value)


@lru_cache(maxsize=_REMEMBERED, typed=True)
def _known(reader: Reader, value: CellValue) -> CellReading:
    return reader(value)


def cast_plan(
    form: Form, block: Block, units: Mapping[int, str], days_from: date = DAYS_FROM_1900
) -> list[Cast]:
    """The casts of a block's known columns; of a doubled column only the first is read.

    ``days_from`` is the day from which the file counts its days.
    """
    plan: list[Cast] = []
    taken: set[str] = set()
    for column in block.columns:
        if column.field is None or column.field in taken:
            continue
        taken.add(column.field)
        declared = form.by_name[column.field]
        unit = units.get(column.number, "万元")
        # Where amounts and counts stand side by side, an amount in 个 is told from what is no number.
        is_figure = form.is_cross_table and declared.kind == "money"
        reader = _reader(declared, unit, days_from, is_figure=is_figure)
        plan.append(Cast(column.number, declared.name, spreads(declared), reader))
    return plan


def spreads(field: Field) -> bool:
    """Whether a value merged over several rows holds for each of them: words do, amounts and days do not."""
    return field.spreads or field.kind in ("text", "list", "unit", "name")


@lru_cache(maxsize=1_024)
def _reader(field: Field, unit: str, days_from: date, *, is_figure: bool) -> Reader:
    """How a column is read; the same function for columns that are read alike."""
    if is_figure:
        return _figure_reader(field, unit)
    match field.kind:
        case "money":
            return _money_reader(field.name, unit)
        case "count" | "percent":
            return _figure_reader(field, unit)
        case "score":
            return _score_reader(field, unit)
        case "date":
            return _date_reader(field, days_from)
        case "list":
            return _list_reader(field)
        case "name" | "unit":
            return _name_reader(field.name)
        case "project_code":
            return _identity_reader(
                _code_reader(field.name, project_code, is_project_code, "project_code_invalid")
            )
        case "uscc":
            return _uscc_reader(field.name)
        case "text_code":
            return _identity_reader(_code_reader(field.name, _number, _any_code, ""))
        case "text":
            return _text_reader(field.name)
        case "period":
            return _period_reader(field.name)


def _money_reader(name: str, unit: str) -> Reader:
    def read(value: CellValue) -> CellReading:
        money = read_money(value, unit)
        return CellReading(((name, money.amount),), money.steps, money.problem)

    return read


def _figure_reader(field: Field, unit: str) -> Reader:
    def read(value: CellValue) -> CellReading:
        figure = read_figure(field.kind, value, unit)
        return CellReading(((field.name, figure.amount),), figure.steps, figure.problem)

    return read


def _score_reader(field: Field, unit: str) -> Reader:
    figure = _figure_reader(field, unit)

    def read(value: CellValue) -> CellReading:
        reading = figure(value)
        # Points stand in no other unit: 45% or 45万元 is no score.
        problem = "not_a_number" if reading.problem is not None else None
        return reading._replace(problem=problem)

    return read


def _date_reader(field: Field, days_from: date) -> Reader:
    name, precision = field.name, f"{field.name}_precision"
    read_moment = read_deadline if field.is_deadline else read_date
    none_words = frozenset(map(compact, field.none_words))

    def read(value: CellValue) -> CellReading:
        if isinstance(value, str) and (word := compact(value)) in none_words:
            return CellReading(steps=(f"没有日期：{word}→空",))
        moment = read_moment(value, days_from)
        found = ((name, moment.day), (precision, moment.precision))
        return CellReading(found, moment.steps, moment.problem)

    return read


def _list_reader(field: Field) -> Reader:
    choices = {compact(spelling): canonical for spelling, canonical in field.choices.items()}

    def read(value: CellValue) -> CellReading:
        text = compact(raw_text(value))
        if not text or is_placeholder(text):
            return _NOTHING
        canonical = choices.get(text) or choices.get(text.upper())
        steps = (f"{text}→{canonical}",) if canonical not in (text, None) else ()
        problem = "not_in_list" if canonical is None else None
        return CellReading(((field.name, canonical),), steps, problem)

    return read


def _name_reader(name: str) -> Reader:
    key = f"{name}_key"

    def read(value: CellValue) -> CellReading:
        text = display_name(raw_text(value))
        if not text or is_placeholder(text):
            return _NOTHING
        return CellReading(((name, text), (key, name_key(text))))

    return read


def _period_reader(name: str) -> Reader:
    def read(value: CellValue) -> CellReading:
        if isinstance(value, date):
            mention: PeriodMention | None = PeriodMention(value.year, value.month)
        else:
            text = raw_text(value)
            if not text.strip() or is_placeholder(text):
                return _NOTHING
            mention = mentioned_period(text)
        if mention is None or (mention.month is None and mention.week is None):
            return CellReading(problem="not_a_period")
        # A month without its year is completed once the return's own period is settled.
        return CellReading(((name, period_id(mention, "any") or mention),))

    return read


def _number(text: str) -> str:
    """A running number without the mark of a list behind it: 3、 is 3."""
    return text_code(text).rstrip("、.,")


def _any_code(_code: str) -> bool:
    return True


def _code_reader(
    name: str, normalise: Callable[[str], str], is_valid: Callable[[str], bool], problem: str
) -> Reader:
    def read(value: CellValue) -> CellReading:
        text = raw_text(value)
        if is_placeholder(text):
            return _NOTHING
        code = normalise(text)
        if problem and not any(character.isdigit() for character in code):
            # 办理中 is no code: taken as one, it would make one project of all that await theirs.
            return CellReading(problem=problem)
        steps = (f"{text.strip()}→{code}",) if code != text.strip() else ()
        is_sound = not code or is_valid(code)
        return CellReading(((name, code or None),), steps, None if is_sound else problem)

    return read


def _identity_reader(read_code: Reader) -> Reader:
    """A code that tells which row this is has no value once digits are lost: it would tell another."""

    def read(value: CellValue) -> CellReading:
        lost = _has_lost_digits(value)
        return CellReading(problem="digits_lost") if lost else read_code(value)

    return read


def _uscc_reader(name: str) -> Reader:
    read_code = _code_reader(name, text_code, is_uscc, "uscc_invalid")

    def read(value: CellValue) -> CellReading:
        reading = read_code(value)
        lost = _has_lost_digits(value)
        return reading._replace(problem="uscc_digits_lost") if lost else reading

    return read


def _has_lost_digits(value: CellValue) -> bool:
    """Whether a code went through a number that cannot hold all its digits, or shows only the first of them."""
    if isinstance(value, bool):
        return False
    if isinstance(value, float | int):
        return abs(value) >= _FIRST_UNSURE
    return isinstance(value, str) and _SCIENTIFIC.match(compact(value).upper()) is not None


def _text_reader(name: str) -> Reader:
    def read(value: CellValue) -> CellReading:
        return CellReading(((name, raw_text(value).strip() or None),))

    return read
