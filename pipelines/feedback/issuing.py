"""A template on request: form, unit and period as an operator names them.

What a template looks like is ``templates``'; here it is only made sure that such a return exists.
"""

import re
from collections.abc import Sequence

from pipelines.declarations.district import load_district
from pipelines.declarations.forms import Form, load_forms
from pipelines.feedback.prefill import Prefill
from pipelines.feedback.templates import build_template, template_for
from pipelines.ledger.catalogue import FORMS_FOLDER
from pipelines.problems import OperatorError
from pipelines.settings import Home

# The periods a title can tell (contract §4), from the year 2000 on.
_PERIODS = {
    "year": (re.compile(r"20\d\d"), "YYYY, for example 2019"),
    "month": (
        re.compile(r"20\d\d-(?:0[1-9]|1[0-2])(?:-H[12])?"),
        "YYYY-MM, for example 2019-03, or 2019-03-H1 for a first half-month",
    ),
}


def issue_template(form_id: str, unit_code: str, period: str, home: Home | None) -> bytes:
    """The template of a form for a unit and period; without a home nothing is filled in.

    Raises OperatorError for a form nobody declared, a period of another form, an unknown unit.
    """
    form = _form(form_id, load_forms(FORMS_FOLDER))
    pattern, remedy = _PERIODS[form.header.period]
    if not pattern.fullmatch(period):
        raise OperatorError(
            f"“{period}” is no period of {form_id}.", f"Write the period as {remedy}."
        )
    if home is None:
        return build_template(form, unit_code, None, period, Prefill())
    home.settings()
    known = load_district(home.config).unit_names
    if unit_code not in known:
        raise OperatorError(
            f"There is no unit “{unit_code}” in {home.config / 'units.csv'}.",
            f"Choose one of: {', '.join(sorted(known))}; or add the unit to the table.",
        )
    return template_for(form, unit_code, period, home)


def _form(form_id: str, forms: Sequence[Form]) -> Form:
    for form in forms:
        if form.form_id == form_id:
            return form
    raise OperatorError(
        f"There is no form “{form_id}”.", f"Choose one of: {', '.join(f.form_id for f in forms)}"
    )
