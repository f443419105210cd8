"""The rules a return must pass: ``expectations/<form_id>.yml`` and ``shared.yml``.

A rule says what to expect (for the machine), what to write to the submitter, and why it matters.
How a rule is evaluated belongs to ``validation``.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.declarations.forms import Form
from pipelines.problems import DeclarationError

Severity = Literal["error", "warning", "information"]
Frame = Literal["returns", "columns", "rows", "history"]
Each = Literal["required", "money", "date"]


class Rule(BaseModel):
    """One rule.

    ``frame`` says over what it is evaluated: the returns, their columns and totals, their rows (by
    Great Expectations), or their rows beside earlier returns (``history``, by SQL).
    ``problem`` names a cell problem noted while reading; ``derive`` adds columns to the rows by SQL
    expression; ``each`` repeats the expectation for every field of that sort, as ``{field}``.
    ``severity_with_reason`` holds where 备注 gives a reason (contract §7).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_id: str = Field(pattern=r"^[A-Z]{3}-\d{3}$")
    frame: Frame
    level: int = Field(ge=0, le=5)
    severity: Severity
    severity_with_reason: Severity | None = None
    title: str
    field: str | None = None
    expectation: str | None = None
    arguments: dict[str, Any] = Field(default_factory=dict)
    derive: dict[str, str] = Field(default_factory=dict)
    each: Each | None = None
    problem: str | None = None
    expected: str = ""
    expected_sql: str | None = None
    sql: str | None = None
    tolerance: str | None = None
    message: str
    remedy: str
    reason: str
    valid_from: date = date(2000, 1, 1)
    valid_to: date | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        if (self.sql is None) == (self.expectation is None):
            raise ValueError(f"{self.rule_id}: a rule has either an expectation or sql")
        if (self.frame == "history") != (self.sql is not None):
            raise ValueError(f"{self.rule_id}: sql belongs to the history frame, and only there")
        for text in (self.title, self.message, self.remedy, self.reason):
            if not text.strip():
                raise ValueError(f"{self.rule_id}: title, message, remedy and reason need words")
        return self


class RuleBook:
    """All rules of all forms."""

    def __init__(self, shared: Sequence[Rule], by_form: dict[str, tuple[Rule, ...]]) -> None:
        self.shared = tuple(shared)
        self.by_form = by_form
        self.by_id = {rule.rule_id: rule for rule in self.all_rules()}

    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule once, by id."""
        rules = [*self.shared, *(rule for rules in self.by_form.values() for rule in rules)]
        return tuple(sorted(rules, key=lambda rule: rule.rule_id))

    def catalogue(self) -> list[tuple[str | None, Rule]]:
        """Every rule with the form it belongs to, None for shared ones."""
        listed: list[tuple[str | None, Rule]] = [(None, rule) for rule in self.shared]
        listed += [(form, rule) for form, rules in self.by_form.items() for rule in rules]
        return sorted(listed, key=lambda pair: pair[1].rule_id)

    def of_frame(self, frame: Frame, form_id: str | None = None) -> tuple[Rule, ...]:
        """The rules of one frame: shared ones, and those of the form."""
        rules = (*self.shared, *self.by_form.get(form_id or "", ()))
        return tuple(rule for rule in rules if rule.frame == frame)


def load_rules(folder: Path, forms: Sequence[Form]) -> RuleBook:
    """Read every declared rule. Raises DeclarationError with all faults at once."""
    faults: list[str] = []
    shared = _read_rules(folder / "shared.yml", faults)
    by_form = {form.form_id: _read_rules(folder / f"{form.form_id}.yml", faults) for form in forms}
    book = RuleBook(shared, by_form)
    ids = [rule.rule_id for rule in book.all_rules()]
    faults += [f"{folder}: rule {i} is declared twice" for i in sorted({*ids}) if ids.count(i) > 1]
    for form in forms:
        for rule in by_form[form.form_id]:
            if rule.field is not None and rule.field not in form.by_name:
                faults.append(f"{folder}: {rule.rule_id}: {form.form_id} has no field {rule.field}")
    if faults:
        raise DeclarationError(faults)
    return book


def _read_rules(path: Path, faults: list[str]) -> tuple[Rule, ...]:
    try:
        declared = yaml.safe_load(path.read_text("utf-8")) or []
    except (FileNotFoundError, yaml.YAMLError) as error:
        faults.append(f"{path}: {error}")
        return ()
    rules: list[Rule] = []
    for entry in declared:
        try:
            rules.append(Rule.model_validate(entry))
        except ValidationError as error:
            faults.append(f"{path}: {entry.get('rule_id')}: {error}")
    return tuple(rules)
