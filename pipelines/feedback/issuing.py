"""A template on request: form, unit and period as an operator names them.

What a template looks like is ``templates``'; here it is only made sure that such a return exists.
"""

from collections.abc import Sequence

from pipelines.database import open_read_only
from pipelines.declarations.cross_tables import bound
from pipelines.declarations.district import DistrictTables, load_district
from pipelines.declarations.forms import Form, load_forms
from pipelines.feedback.prefill import Prefill
from pipelines.feedback.templates import build_template, template_for
from pipelines.ledger.catalogue import FORMS_FOLDER
from pipelines.ledger.snapshots import readable_snapshot
from pipelines.periods import PeriodKind, return_period
from pipelines.problems import OperatorError
from pipelines.settings import Home

# The periods a form of the year or of the month can have (contract §4).
_PERIODS: dict[str, tuple[set[PeriodKind], str]] = {
    "year": ({"year"}, "YYYY, for example 2019"),
    "month": (
        {"month", "half_month"},
        "YYYY-MM, for example 2019-03, or 2019-03-H1 for a first half-month",
    ),
    "any": (
        {"year", "month", "half_month", "week"},
        "YYYY, YYYY-MM, YYYY-MM-H1 or YYYY-Www, for example 2019-W12",
    ),
}


def issue_template(form_id: str, unit_code: str, period: str, home: Home | None) -> bytes:
    """The template of a form for a unit and period; without a home nothing is filled in.

    Raises OperatorError for a form nobody declared, a period of another form, an unknown unit, and for a
    cross-table of a district without indicators.
    """
    district = DistrictTables((), (), ())
    if home is not None:
        home.settings()
        district = load_district(home.config)
    forms = bound(load_forms(FORMS_FOLDER), district.policies.indicators)
    form = _form(form_id, forms)
    if form.is_cross_table and not form.indicators:
        raise OperatorError(
            f"{form_id} has a column for every indicator of a district, and none is known.",
            "Give the district with --home, and its indicators in config/indicators.csv.",
        )
    kinds, remedy = _PERIODS[form.header.period]
    told = return_period(period)
    if told is None or told.kind not in kinds:
        raise OperatorError(
            f"“{period}” is no period of {form_id}.", f"Write the period as {remedy}."
        )
    if home is None:
        return build_template(form, unit_code, None, period, Prefill())
    known = district.unit_names
    if unit_code not in known:
        raise OperatorError(
            f"There is no unit “{unit_code}” in {home.config / 'units.csv'}.",
            f"Choose one of: {', '.join(sorted(known))}; or add the unit to the table.",
        )
    unit = (unit_code, known[unit_code])
    snapshot = readable_snapshot(home)
    if snapshot is None:
        return template_for(form, unit, period, forms, district.units, None)
    with open_read_only(snapshot) as ledger:
        return template_for(form, unit, period, forms, district.units, ledger)


def _form(form_id: str, forms: Sequence[Form]) -> Form:
    for form in forms:
        if form.form_id == form_id:
            return form
    raise OperatorError(
        f"There is no form “{form_id}”.", f"Choose one of: {', '.join(f.form_id for f in forms)}"
    )
