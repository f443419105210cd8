"""Whether decisions fit what is declared: every waiver a rule, every correction a figure (contract §3, §7).

What can be told from a row alone is checked where the rows are read, in ``decisions``; whether the values
of a correction read as their field's kind, where they are stored.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipelines.declarations.decisions import Correction, Waiver
from pipelines.declarations.district import DistrictTables
from pipelines.declarations.forms import GENERIC_FIELDS, Field, Form
from pipelines.declarations.light_rules import COMPONENTS
from pipelines.declarations.rules import Rule, RuleBook
from pipelines.periods import read_period
from pipelines.problems import DeclarationError
from pipelines.text import project_code

_LIGHT = "light:"
# Statistics come from the statistics office alone (contract §6.2): nobody can approve otherwise.
_NEVER_WAIVED = frozenset({"GEN-010"})
# By these a row is found again; a correction of them would move figures to another project.
_IDENTITY_KINDS = ("name", "project_code", "text_code", "unit")


def check_decisions(district: DistrictTables, forms: Sequence[Form], rules: RuleBook) -> None:
    """Raise DeclarationError with every fault of every waiver and correction."""
    by_id = {form.form_id: form for form in forms}
    faults = [
        f"{waiver.where}: {fault}"
        for waiver in district.waivers
        for fault in _waiver_faults(waiver, by_id, rules)
    ]
    faults += [
        f"{correction.where}: {fault}"
        for correction in district.corrections
        for fault in _correction_faults(correction, by_id)
    ]
    faults += _doubled(district.corrections)
    if faults:
        raise DeclarationError(faults)


def correctable_fields(form: Form) -> tuple[Field, ...]:
    """The fields a correction may name: figures, dates and words about a project, never what identifies it.

    Nor what tells of a person: that is published nowhere, so nothing of it is left to correct.
    """
    if form.header.restricted or not form.header.takes_corrections:
        return ()
    return tuple(
        field
        for field in form.fields
        if field.kind not in _IDENTITY_KINDS
        and field.name not in GENERIC_FIELDS
        and not field.personal
    )


def _waiver_faults(waiver: Waiver, forms: Mapping[str, Form], rules: RuleBook) -> Iterator[str]:
    if waiver.form_id is not None:
        yield from _form_faults(waiver.form_id, waiver.period, forms)
    if waiver.rule_id.startswith(_LIGHT):
        if waiver.rule_id.removeprefix(_LIGHT) not in COMPONENTS:
            yield f"there is no “{waiver.rule_id}”; components of lights are {', '.join(COMPONENTS)}"
        return
    rule = rules.by_id.get(waiver.rule_id)
    if rule is None:
        yield f"there is no rule “{waiver.rule_id}”"
    else:
        yield from _rule_faults(rule, waiver, rules)


def _rule_faults(rule: Rule, waiver: Waiver, rules: RuleBook) -> Iterator[str]:
    if rule.rule_id in _NEVER_WAIVED:
        yield f"{rule.rule_id} cannot be waived: statistics are read-only"
    elif rule.level == 0:
        yield f"{rule.rule_id} cannot be waived: what cannot be read or placed cannot be taken in"
    owner = next((form for form, listed in rules.by_form.items() if rule in listed), None)
    if owner is not None and waiver.form_id in rules.by_form and waiver.form_id != owner:
        yield f"{rule.rule_id} is a rule of {owner}, not of {waiver.form_id}"


def _correction_faults(correction: Correction, forms: Mapping[str, Form]) -> Iterator[str]:
    form = forms.get(correction.form_id)
    yield from _form_faults(correction.form_id, correction.period, forms)
    if form is None:
        return
    if form.header.restricted:
        yield f"{form.form_id} is restricted: its figures are compared, never corrected"
    elif not form.header.takes_corrections:
        yield f"{form.form_id} takes no corrections; ask the unit to send it again"
    elif correction.field not in form.by_name:
        yield f"{form.form_id} has no field “{correction.field}”"
    elif form.by_name[correction.field] not in correctable_fields(form):
        yield (
            f"{correction.field} cannot be corrected: it identifies the project, or is published nowhere;"
            " ask for a new return"
        )
    elif form.by_name[correction.field].is_required and not correction.new_value:
        yield f"new_value is blank, and {correction.field} is required"


def _form_faults(form_id: str, period: str | None, forms: Mapping[str, Form]) -> Iterator[str]:
    form = forms.get(form_id)
    if form is None:
        yield f"there is no form “{form_id}”"
        return
    if form.header.period == "any":
        return
    is_yearly = form.header.period == "year"
    if period is not None and (read_period(period).kind == "year") != is_yearly:
        shown = "2019" if is_yearly else "2019-06 or 2019-06-H1"
        yield f"a period of {form_id} is like {shown}, not “{period}”"


def _doubled(corrections: Sequence[Correction]) -> Iterator[str]:
    """Two corrections to be applied to one cell: nobody can tell which."""
    cells: defaultdict[tuple[str, ...], list[Correction]] = defaultdict(list)
    for c in corrections:
        if c.is_active:
            cells[c.form_id, c.unit_code, c.period, project_code(c.project), c.field].append(c)
    for first, *others in cells.values():
        for other in others:
            yield f"{other.where}: the same cell is already corrected by {first.where}"
