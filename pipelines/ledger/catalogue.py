"""Everything declared that a load needs, read once: forms, rules, the district's tables."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipelines.declarations.cross_tables import bound
from pipelines.declarations.deadlines import check_plan, planned_periods
from pipelines.declarations.decision_checks import check_decisions
from pipelines.declarations.district import DistrictTables, load_district
from pipelines.declarations.forms import Form, load_forms
from pipelines.declarations.policy_notices import policy_notices
from pipelines.declarations.rules import RuleBook, load_rules
from pipelines.ledger.configurations import Configuration, read_configuration
from pipelines.ledger.decisions import check_values
from pipelines.settings import PROJECT_ROOT, Home, HomeSettings
from pipelines.validation.standing import Standards
from pipelines.workbooks.returns import ReadingContext

FORMS_FOLDER = PROJECT_ROOT / "sources" / "forms"
RULES_FOLDER = PROJECT_ROOT / "expectations"


@dataclass(frozen=True)
class Catalogue:
    """Forms and rules of the product with the settings and tables of one home.

    The cross-tables among the forms are bound to the district's indicators. ``configuration`` are the files of the
    home that all of it was read from.
    """

    forms: tuple[Form, ...]
    rules: RuleBook
    settings: HomeSettings
    district: DistrictTables
    configuration: Configuration = field(default_factory=Configuration)

    @cached_property
    def forms_by_id(self) -> dict[str, Form]:
        return {form.form_id: form for form in self.forms}

    @cached_property
    def reading_context(self) -> ReadingContext:
        district = self.district
        return ReadingContext.of(
            self.forms,
            district.units_by_name,
            district.unit_names,
            self.settings.district.name,
            planned_periods(district.plan),
        )

    @cached_property
    def notices(self) -> list[str]:
        """What the operator should know about the district's policies."""
        settings = self.settings
        return policy_notices(
            self.district, settings.policy.time_progress, settings.district.reporting_year
        )

    def standards(self, today: date, load_id: str) -> Standards:
        """By what the returns of one load are judged."""
        return Standards(self.rules, self.district.waivers, today, load_id)


def read_catalogue(home: Home) -> Catalogue:
    """Read and check all declarations. Raises OperatorError or DeclarationError with every fault.

    Somebody may save a file meanwhile; then everything is read again, so that what is kept is what was read.
    """
    while True:
        configuration = read_configuration(home)
        catalogue = _read(home, configuration)
        if read_configuration(home) == configuration:
            return catalogue


def _read(home: Home, configuration: Configuration) -> Catalogue:
    declared = load_forms(FORMS_FOLDER)
    settings = home.settings()
    rules = load_rules(RULES_FOLDER, declared).with_trials(settings.rules.trial)
    district = load_district(home.config, settings.district.reporting_year)
    forms = bound(declared, district.policies.indicators)
    check_plan(district.plan, {form.form_id for form in forms})
    check_decisions(district, forms, rules)
    check_values(district.corrections, forms)
    return Catalogue(forms, rules, settings, district, configuration)
