"""Putting waivers and corrections into the work database, in the words in which rows are stored.

A project is kept as code and as name, since a person writes either; values are brought to the form in which
casting stores them, so that dbt compares like with like. What is decided lies in ``declarations.decisions``.
"""

from collections.abc import Iterator, Mapping, Sequence

from pipelines.declarations.decisions import Correction, Waiver
from pipelines.declarations.forms import Field, Form
from pipelines.problems import DeclarationError
from pipelines.text import compact, is_placeholder, name_key, project_code, text_code
from pipelines.wording import plain_number
from pipelines.workbooks.values import read_date, read_money

_WANTED = {
    "money": "an amount in 万元 like 350 or 350.5",
    "date": "a date like 2019-06-15",
    "list": "one of the values of the list",
}


class UnreadableValueError(Exception):
    """A text that does not read as the kind of its field."""


def waiver_rows(waivers: Sequence[Waiver]) -> Iterator[tuple[object, ...]]:
    """The rows of ``config.waivers``."""
    for number, waiver in enumerate(waivers, 1):
        project = waiver.project
        yield (
            number, waiver.rule_id, waiver.unit_code, waiver.form_id, waiver.period, project,
            project_code(project) if project else None, name_key(project) if project else None,
            waiver.requested_by, waiver.approved_by, waiver.reason, waiver.expires,
        )  # fmt: skip


def correction_rows(
    corrections: Sequence[Correction], forms: Mapping[str, Form]
) -> list[tuple[object, ...]]:
    """The rows of ``config.corrections``. Raises DeclarationError with every value that cannot be read."""
    faults: list[str] = []
    rows: list[tuple[object, ...]] = []
    for number, correction in enumerate(corrections, 1):
        expected, new = _canonical_values(correction, forms, faults)
        rows.append(
            (
                number, correction.form_id, correction.unit_code, correction.period,
                correction.project, project_code(correction.project), name_key(correction.project),
                correction.field, expected, new, correction.reason, correction.decided_by,
                correction.status,
            )
        )  # fmt: skip
    if faults:
        raise DeclarationError(faults)
    return rows


def check_values(corrections: Sequence[Correction], forms: Sequence[Form]) -> None:
    """Raise DeclarationError with every value that does not read as its field's kind, before a load begins."""
    correction_rows(corrections, {form.form_id: form for form in forms})


def canonical_value(field: Field, text: str) -> str | None:
    """A value as text in stored form: 万元 without needless zeros, ISO days, list values; None for blank.

    Raises UnreadableValueError for a text that does not read as the field's kind.
    """
    match field.kind:
        case "money":
            money = read_money(text, "万元")
            if money.problem is not None:
                raise UnreadableValueError(text)
            return None if money.amount is None else plain_number(money.amount)
        case "date":
            moment = read_date(text)
            if moment.problem is not None:
                raise UnreadableValueError(text)
            return None if moment.day is None else moment.day.isoformat()
        case "list":
            return _listed(field, text)
        case "uscc":
            return None if is_placeholder(text) else text_code(text) or None
        case _:
            return text.strip() or None


def _listed(field: Field, text: str) -> str | None:
    plain = compact(text)
    if not plain or is_placeholder(plain):
        return None
    for spelling, canonical in field.choices.items():
        if compact(spelling).upper() == plain.upper():
            return canonical
    raise UnreadableValueError(text)


def _canonical_values(
    correction: Correction, forms: Mapping[str, Form], faults: list[str]
) -> tuple[str | None, str | None]:
    field = forms[correction.form_id].by_name[correction.field]
    values: list[str | None] = []
    for column in ("expect_value", "new_value"):
        text = getattr(correction, column)
        try:
            values.append(canonical_value(field, text))
        except UnreadableValueError:
            wanted = _WANTED[field.kind]
            faults.append(f"{correction.where}: {column} of {field.name} is {wanted}, not “{text}”")
            return None, None
    if values[0] == values[1]:
        faults.append(f"{correction.where}: new_value is what was expected; nothing changes")
    return values[0], values[1]
