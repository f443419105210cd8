"""The rules a return must pass: ``expectations/<form_id>.yml``, ``shared.yml``; of photographs ``photograph.yml``.

A rule says what to expect (for the machine), what to write to the submitter, and why it matters.
How a rule is evaluated belongs to ``validation``.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.declarations.forms import Form, Layout
from pipelines.declarations.packages import PACKAGE
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.declarations.yaml_files import YamlError, read_yaml
from pipelines.problems import DeclarationError

Severity = Literal["error", "warning", "information"]
Frame = Literal["returns", "columns", "rows", "history", "photographs"]
Each = Literal["required", "money", "date", "figure"]
# What the texts to the submitter may name, as a reader of the catalogue sees it; ``validation`` fills it in.
PLACEHOLDERS = {
    "sheet": "工作表",
    "cell": "单元格",
    "project": "项目名称",
    "row": "项目、单位或事项",
    "found": "看到的内容",
    "expected": "应有的内容",
    "label": "栏目",
    "example": "该栏目的例子",
    "choices": "该栏目的选项",
}
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_BRACED = re.compile(r"{([^{}]*)}")


class Rule(BaseModel):
    """One rule.

    ``frame`` says over what it is evaluated: the returns, their columns and totals, their rows (by
    Great Expectations), or their rows beside earlier returns (``history``, by SQL); or photographs.
    ``problem`` names a cell problem noted while reading; ``derive`` adds columns to the rows by SQL
    expression; ``each`` repeats the expectation for every field of that sort, as ``{field}``.
    ``severity_with_reason`` holds where 备注 gives a reason (contract §7).
    ``layout`` limits a shared rule to lists or to cross-tables.
    ``example`` shows a right value; where the rule looks at a field it may name ``{example}``, the field's own.
    A rule on ``trial`` is counted and never refuses; ``version`` grows with every change of what it demands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_id: str = Field(pattern=r"^[A-Z]{3}-\d{3}$")
    version: int = Field(default=1, ge=1)
    trial: bool = False
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
    layout: Layout | None = None
    problem: str | None = None
    expected: str = ""
    expected_sql: str | None = None
    sql: str | None = None
    tolerance: str | None = None
    message: str
    remedy: str
    example: str
    reason: str
    valid_from: date = date(2000, 1, 1)
    valid_to: date | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        if (self.sql is None) == (self.expectation is None):
            raise ValueError(f"{self.rule_id}: a rule has either an expectation or sql")
        if (self.frame == "history") != (self.sql is not None):
            raise ValueError(f"{self.rule_id}: sql belongs to the history frame, and only there")
        for text in (self.title, self.message, self.remedy, self.example, self.reason):
            if not text.strip():
                raise ValueError(
                    f"{self.rule_id}: title, message, remedy, example and reason need words"
                )
        self._names_only_what_is_filled_in()
        return self

    def _names_only_what_is_filled_in(self) -> None:
        filled = " ".join((self.message, self.remedy, self.example))
        if unknown := sorted(set(_BRACED.findall(filled)) - PLACEHOLDERS.keys()):
            raise ValueError(f"{self.rule_id}: nothing fills in {unknown}")
        for text in (self.title, self.reason, self.tolerance or "", self.expected):
            if braced := _BRACED.findall(text):
                raise ValueError(
                    f"{self.rule_id}: {braced} stands in a text that is never filled in"
                )

    def holds_for(self, first_day: date, last_day: date) -> bool:
        """Whether the rule is valid in a period: it began in or before it and has not ended before."""
        return self.valid_from <= last_day and (self.valid_to is None or self.valid_to >= first_day)

    @cached_property
    def machine_text(self) -> str:
        """The rule in the machine's words: the expectation with its arguments, or the query."""
        if self.sql is not None:
            return self.sql.strip()
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        derived = "".join(f"\n{name} = {sql}" for name, sql in self.derive.items())
        return f"{self.expectation}({arguments}){derived}"

    def needed_fields(self, form: Form) -> tuple[str, ...]:
        """The fields of the form whose values the rule looks at, in declared order."""
        looked_at = (self.machine_text, self.expected_sql or "", self.field or "")
        words = {word for text in looked_at for word in _WORD.findall(text)}
        return tuple(
            field.name
            for field in form.fields
            if words & {field.name, f"{field.name}_key", f"{field.name}_precision"}
        )


def without_a_finding(text: str) -> str:
    """A text of a rule as it reads where no finding fills it in: ``{cell}`` as 〈单元格〉."""
    return _BRACED.sub(lambda braced: f"〈{PLACEHOLDERS[braced[1]]}〉", text)


class RuleBook:
    """All rules of all forms."""

    def __init__(
        self,
        shared: Sequence[Rule],
        by_form: dict[str, tuple[Rule, ...]],
        layouts: Mapping[str, Layout] = {},
    ) -> None:
        self.shared = tuple(shared)
        self.by_form = by_form
        self.layouts = layouts
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

    def of_form(self, form_id: str | None) -> tuple[Rule, ...]:
        """The rules a return of this form must pass: the shared ones of its layout and the form's own.

        Without a form all shared ones. A photograph has no sheet and no shared rules; a package has none, its
        members have.
        """
        if form_id is None:
            return self.shared
        if form_id == PACKAGE:
            return ()
        if form_id == PHOTOGRAPH:
            return self.by_form.get(PHOTOGRAPH, ())
        layout = self.layouts.get(form_id, "list")
        shared = tuple(rule for rule in self.shared if rule.layout in (None, layout))
        return (*shared, *self.by_form.get(form_id, ()))

    def of_frame(self, frame: Frame, form_id: str | None = None) -> tuple[Rule, ...]:
        """The rules of one frame: shared ones, and those of the form."""
        return tuple(rule for rule in self.of_form(form_id) if rule.frame == frame)

    def with_trials(self, rule_ids: Collection[str]) -> "RuleBook":
        """The same rules, some of them on trial. Raises DeclarationError for an unknown rule."""
        unknown = sorted(set(rule_ids) - set(self.by_id))
        if unknown:
            raise DeclarationError([f"[rules] trial: there is no rule {i}" for i in unknown])
        return self._changed(
            lambda rule: (
                rule.model_copy(update={"trial": True}) if rule.rule_id in rule_ids else rule
            )
        )

    def only(self, rule_id: str) -> "RuleBook":
        """A book of one rule, to see how it fares by itself."""
        shared = [rule for rule in self.shared if rule.rule_id == rule_id]
        by_form = {
            form: tuple(rule for rule in rules if rule.rule_id == rule_id)
            for form, rules in self.by_form.items()
        }
        return RuleBook(shared, by_form, self.layouts)

    def _changed(self, change: Callable[[Rule], Rule]) -> "RuleBook":
        return RuleBook(
            [change(rule) for rule in self.shared],
            {form: tuple(change(rule) for rule in rules) for form, rules in self.by_form.items()},
            self.layouts,
        )


def load_rules(folder: Path, forms: Sequence[Form]) -> RuleBook:
    """Read every declared rule. Raises DeclarationError with all faults at once."""
    faults: list[str] = []
    shared = _read_rules(folder / "shared.yml", faults)
    owners = (*(form.form_id for form in forms), PHOTOGRAPH)
    by_form = {owner: _read_rules(folder / f"{owner}.yml", faults) for owner in owners}
    book = RuleBook(shared, by_form, {form.form_id: form.header.layout for form in forms})
    ids = [rule.rule_id for rule in book.all_rules()]
    faults += [f"{folder}: rule {i} is declared twice" for i in sorted({*ids}) if ids.count(i) > 1]
    faults += [
        f"{folder}: {rule.rule_id}: the photographs frame belongs to {PHOTOGRAPH}.yml, and no other does"
        for owner, rule in book.catalogue()
        if (rule.frame == "photographs") != (owner == PHOTOGRAPH)
    ]
    for form in forms:
        for rule in by_form[form.form_id]:
            if rule.field is not None and rule.field not in form.by_name:
                faults.append(f"{folder}: {rule.rule_id}: {form.form_id} has no field {rule.field}")
    if faults:
        raise DeclarationError(faults)
    return book


def _read_rules(path: Path, faults: list[str]) -> tuple[Rule, ...]:
    try:
        declared = read_yaml(path) or []
    except (FileNotFoundError, YamlError) as error:
        faults.append(f"{path}: {error}")
        return ()
    rules: list[Rule] = []
    for entry in declared:
        try:
            rules.append(Rule.model_validate(entry))
        except ValidationError as error:
            faults.append(f"{path}: {entry.get('rule_id')}: {error}")
    return tuple(rules)
