"""Cross-table forms bound to a district: each of its indicators becomes a column they know (contract §4).

How such a column's heading is recognised belongs to ``workbooks.cross_headings``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.declarations.forms import GENERIC_FIELDS, Field, Form, Kind
from pipelines.declarations.indicators import Indicator, MeasureUnit
from pipelines.problems import DeclarationError

_KINDS: dict[MeasureUnit, Kind] = {"万元": "money", "个": "count", "%": "percent"}
_EXAMPLES: dict[MeasureUnit, str] = {"万元": "12500", "个": "5", "%": "85"}
# Names of columns beside the indicators in the tables a return is judged in and stored in.
_RESERVED = frozenset(
    {
        "receipt_id",
        "sheet",
        "block_no",
        "row_number",
        "frame_row",
        "indicator_id",
        "indicator_value",
    }
)


def bound(forms: Sequence[Form], indicators: Sequence[Indicator]) -> tuple[Form, ...]:
    """The same forms; cross-tables have a field for every indicator, children beside their parents.

    Raises DeclarationError for an indicator_id that is the name of another column of these tables.
    """
    if not indicators:
        return tuple(forms)
    return tuple(_bound(form, indicators) if form.is_cross_table else form for form in forms)


def reported_by(form: Form, unit_code: str) -> Form:
    """The form with the columns a unit may fill in: not the results that another unit provides."""
    foreign = {
        indicator.indicator_id
        for indicator in form.indicators
        if form.header.subject == "indicator"
        and indicator.provider_unit_code not in (None, unit_code)
    }
    if len(foreign) == len(form.indicators):
        return form
    return replace(form, fields=tuple(f for f in form.fields if f.name not in foreign))


def _bound(form: Form, indicators: Sequence[Indicator]) -> Form:
    taken = _RESERVED | set(form.by_name) | {f"{name}_key" for name in form.by_name}
    if clashing := [i.indicator_id for i in indicators if i.indicator_id in taken]:
        raise DeclarationError(
            [f"indicators.csv: indicator_id cannot be “{name}”: {form.form_id} has a column of that name"
             for name in clashing]
        )  # fmt: skip
    ordered = tuple(_with_children(indicators, None))
    last = [field for field in form.fields if field.name == GENERIC_FIELDS[1]]
    own = [field for field in form.fields if field not in last]
    columns = [_field(indicator, form.header.value_meaning) for indicator in ordered]
    return replace(form, fields=(*own, *columns, *last), indicators=ordered)


def _with_children(indicators: Sequence[Indicator], parent: str | None) -> Iterator[Indicator]:
    """The indicators in declared order, each followed by its children."""
    for indicator in indicators:
        if indicator.parent_indicator_id == parent:
            yield indicator
            yield from _with_children(indicators, indicator.indicator_id)


def _field(indicator: Indicator, meaning: str) -> Field:
    unit = indicator.measure_unit
    return Field(
        name=indicator.indicator_id,
        kind=_KINDS[unit],
        is_required=False,
        label=indicator.indicator_name,
        aliases=(indicator.indicator_name, *indicator.aliases),
        choices={},
        example=_EXAMPLES[unit],
        meaning=f"这个单位“{indicator.indicator_name}”{meaning}",
    )
