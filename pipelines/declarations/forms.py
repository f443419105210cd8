"""The forms that may arrive: ``sources/forms/<form_id>/{form.yml, columns.csv}``."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as member
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Limit

from pipelines.declarations.indicators import Indicator
from pipelines.declarations.tables import read_table
from pipelines.declarations.yaml_files import YamlError, read_yaml
from pipelines.problems import DeclarationError

Kind = Literal[
    "text", "text_code", "name", "unit", "project_code", "uscc", "list", "money", "date",
    "count", "percent", "score", "period",
]  # fmt: skip
_COLUMNS = ("field", "kind", "required", "label", "aliases", "values", "example")
PrefillSource = Literal["none", "last_return", "ledger_projects", "assessed_units"]
Layout = Literal["list", "cross_table"]
# The period of a form's returns: a year, a month or half of one, or whatever the return says (a week, too).
PeriodOfForm = Literal["year", "month", "any"]
# What of a person stands in a column: a telephone number, published nowhere; a name, only where the district says so.
Personal = Literal["", "phone", "name"]
PrefillMode = Literal["", "keep", "keep_in_year", "update", "update_in_year"]
# What of a column tells rows apart, where it is not the whole value: a date's year, the key of a cohort.
Taken = Literal["year", "cohort_key"]

# Known on every form (contract §7, Reading); they tell nothing about which form a sheet is.
GENERIC_FIELDS = ("sequence_no", "remarks")


@dataclass(frozen=True)
class Field:
    """One column a form knows. ``choices`` maps every accepted spelling to its canonical value.

    ``meaning`` tells the clerk what to fill in. ``prefill`` says what a template takes over from the
    last return: what stays as it is (keep) or must be brought up to date (update), in any year or
    within one year only; blank takes over nothing. ``spreads``: a value merged over several rows holds for
    each of them. ``stands_in_for`` names the column in whose place this one is read where that one is missing.
    ``is_deadline``: a date until which something is due, so that “…前” means that day. ``none_words`` are what
    people write into a date column for “no date”: 立行立改 of a deadline, 正在推进 of what is done.
    ``personal``: what it tells of a person.
    """

    name: str
    kind: Kind
    is_required: bool
    label: str
    aliases: tuple[str, ...]
    choices: dict[str, str] = member(hash=False)
    example: str
    meaning: str = ""
    prefill: PrefillMode = ""
    spreads: bool = False
    stands_in_for: str | None = None
    is_deadline: bool = False
    none_words: tuple[str, ...] = ()
    personal: Personal = ""


@dataclass(frozen=True)
class IdentityPart:
    """A column that, with a row's code or name, tells the rows of a form apart; ``taken``: what of it does."""

    field: Field
    taken: Taken | None = None


class FormHeader(BaseModel):
    """``form.yml``: what a form is called and how its returns are treated.

    ``template_version`` is the version of the templates made now, ``accepted_template_versions`` are
    those a return may still be filled in on. ``prefill`` says from what a template is filled: nothing,
    the unit's last return, its projects in the ledger with the figures of its last return, or the assessed units.
    ``identity_with`` names the columns that, with the code or name, tell rows apart: ``raised_on.year`` a date's year
    alone, ``cohort.cohort_key`` a cohort however it is written.
    A ``list`` has a row per project, or per ``row_word`` where it lists something else; a ``cross_table`` a row
    per unit and a column per indicator of the district. There, ``value_words`` are headings under an indicator
    that mean its value, ``reference_words`` those of columns that only stand beside it, and ``value_meaning`` tells
    the clerk what the value is.
    ``takes_corrections``: whether corrections.csv may name the form; where not, a figure is put right by a new return.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    form_id: str
    title: str
    layout: Layout = "list"
    row_word: str = "项目"
    title_words: tuple[str, ...]
    period: PeriodOfForm
    restricted: bool
    subject: str
    planned_submitters_only: bool
    template_version: int = Limit(default=1, ge=1)
    accepted_template_versions: tuple[int, ...] = (1,)
    prefill: PrefillSource = "none"
    identity_with: tuple[str, ...] = ()
    value_words: tuple[str, ...] = ()
    reference_words: tuple[str, ...] = ()
    value_meaning: str = ""
    takes_corrections: bool = True

    @property
    def is_ledger(self) -> bool:
        """Whether it lists the projects of a year; other returns speak of the projects listed there."""
        return self.subject == "ledger_project"

    @model_validator(mode="after")
    def _accepts_its_own_template(self) -> "FormHeader":
        if self.template_version not in self.accepted_template_versions:
            raise ValueError("template_version must be one of accepted_template_versions")
        return self


@dataclass(frozen=True)
class Form:
    """A form with its columns in declared order.

    A cross-table bound to a district (``cross_tables``) has a field for each of its ``indicators`` as well.
    """

    header: FormHeader
    fields: tuple[Field, ...]
    indicators: tuple[Indicator, ...] = ()

    @property
    def form_id(self) -> str:
        return self.header.form_id

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def of_kind(self, *kinds: Kind) -> tuple[Field, ...]:
        """The fields of the given kinds, in declared order."""
        return tuple(field for field in self.fields if field.kind in kinds)

    @property
    def is_cross_table(self) -> bool:
        """Whether its columns are the district's indicators; ``columns.csv`` holds only those beside them."""
        return self.header.layout == "cross_table"

    @cached_property
    def own_fields(self) -> tuple[Field, ...]:
        """The fields of ``columns.csv``, without the indicators of a district."""
        ids = {indicator.indicator_id for indicator in self.indicators}
        return tuple(field for field in self.fields if field.name not in ids)

    @property
    def figures(self) -> tuple[Field, ...]:
        """The fields that hold a number: amounts, counts, percentages, scores."""
        return self.of_kind("money", "count", "percent", "score")

    @cached_property
    def own_code(self) -> str | None:
        """The required code that identifies a row by itself, where the form has one."""
        return next((f.name for f in self.fields if f.kind == "text_code" and f.is_required), None)

    @cached_property
    def identity_parts(self) -> tuple[IdentityPart, ...]:
        """What, with a row's code or name, tells the rows of the form apart."""
        named = (part.partition(".") for part in self.header.identity_with)
        return tuple(
            IdentityPart(self.by_name[name], cast(Taken, taken) if taken else None)
            for name, _, taken in named
        )

    @cached_property
    def name_field(self) -> Field:
        """The required name that makes a row a row of its own: mostly a project's, of a meeting an item's."""
        return next(f for f in self.fields if f.kind == "name" and f.is_required)

    @cached_property
    def project_field(self) -> Field:
        """The name of the project a row speaks of."""
        return self.by_name.get("project_name", self.name_field)

    @cached_property
    def stand_ins(self) -> dict[str, str]:
        """Fields that may be read in another's place → that other field."""
        return {f.name: f.stands_in_for for f in self.fields if f.stands_in_for is not None}


def load_forms(folder: Path) -> tuple[Form, ...]:
    """Read every declared form. Raises DeclarationError with all faults at once."""
    faults: list[str] = []
    forms = [
        form
        for path in sorted(folder.iterdir())
        if (path / "form.yml").is_file() and (form := _read_form(path, faults)) is not None
    ]
    if faults:
        raise DeclarationError(faults)
    return tuple(forms)


def storage_columns(form: Form) -> list[tuple[str, str]]:
    """The columns of ``raw.<form_id>`` after the four that say where a row stands.

    A cross-table is stored with a row per unit and indicator: which indicators there are is the district's affair.
    """
    if form.is_cross_table:
        key = form.name_field.name
        return [
            (key, "varchar"),
            (f"{key}_key", "varchar"),
            ("indicator_id", "varchar"),
            ("indicator_value", "decimal(18, 4)"),
            ("remarks", "varchar"),
        ]
    return row_columns(form)


def row_columns(form: Form) -> list[tuple[str, str]]:
    """The typed values of one row as it is read, with those that stand beside them."""
    columns: list[tuple[str, str]] = []
    for field in form.fields:
        match field.kind:
            case "money" | "count" | "percent" | "score":
                columns.append((field.name, "decimal(18, 4)"))
            case "date":
                columns += [(field.name, "date"), (f"{field.name}_precision", "varchar")]
            case "name" | "unit":
                columns += [(field.name, "varchar"), (f"{field.name}_key", "varchar")]
            case _:
                columns.append((field.name, "varchar"))
    return columns


def _read_form(folder: Path, faults: list[str]) -> Form | None:
    try:
        header = FormHeader.model_validate(read_yaml(folder / "form.yml"))
    except (ValidationError, YamlError) as error:
        faults.append(f"{folder / 'form.yml'}: {error}")
        return None
    if header.form_id != folder.name:
        faults.append(f"{folder}: form_id is {header.form_id}, the folder says {folder.name}")
    path = folder / "columns.csv"
    fields = [
        field
        for row in read_table(path, _COLUMNS, faults)
        if (field := _read_field(path, row, faults)) is not None
    ]
    _check_fields(path, fields, faults)
    if (header.prefill == "none") == any(field.prefill for field in fields):
        faults.append(f"{path}: prefill is {header.prefill} in form.yml, the columns say otherwise")
    _check_identity(folder / "form.yml", header, fields, faults)
    return Form(header, tuple(fields))


def _read_field(path: Path, row: dict[str, str], faults: list[str]) -> Field | None:
    if row["kind"] not in get_args(Kind):
        faults.append(f"{path}: {row['field']}: unknown kind “{row['kind']}”")
        return None
    if row["required"] not in {"", "yes"}:
        faults.append(f"{path}: {row['field']}: required is “yes” or blank")
    faults += [
        f"{path}: {row['field']}: {flag} is “yes” or blank"
        for flag in ("spreads", "deadline")
        if row.get(flag, "") not in {"", "yes"}
    ]
    if row["kind"] != "date" and (row.get("deadline") or row.get("none_words")):
        faults.append(f"{path}: {row['field']}: deadline and none_words belong to dates")
    if (prefill := row.get("prefill", "")) not in get_args(PrefillMode):
        faults.append(f"{path}: {row['field']}: unknown prefill “{prefill}”")
    if (personal := row.get("personal", "")) not in get_args(Personal):
        faults.append(f"{path}: {row['field']}: personal is “phone”, “name” or blank")
    return Field(
        name=row["field"],
        kind=cast(Kind, row["kind"]),
        is_required=row["required"] == "yes",
        label=row["label"],
        aliases=_split(row["aliases"], ";"),
        choices=_read_choices(row["values"]),
        example=row["example"],
        meaning=row.get("meaning", ""),
        prefill=cast(PrefillMode, prefill),
        spreads=row.get("spreads", "") == "yes",
        stands_in_for=row.get("stands_in_for") or None,
        is_deadline=row.get("deadline", "") == "yes",
        none_words=_split(row.get("none_words", ""), ";"),
        personal=cast(Personal, personal),
    )


def _read_choices(text: str) -> dict[str, str]:
    choices: dict[str, str] = {}
    for entry in _split(text, ";"):
        canonical, _, spellings = entry.partition("=")
        for spelling in _split(spellings or canonical, "|"):
            choices[spelling] = canonical
    return choices


def _check_fields(path: Path, fields: Sequence[Field], faults: list[str]) -> None:
    names = [field.name for field in fields]
    faults += [
        f"{path}: field {n} is declared twice" for n in sorted({*names}) if names.count(n) > 1
    ]
    faults += [
        f"{path}: {f.name}: a list needs values"
        for f in fields
        if f.kind == "list" and not f.choices
    ]
    faults += [f"{path}: {f.name}: no heading is declared" for f in fields if not f.aliases]
    faults += [
        f"{path}: {f.name}: stands in for {f.stands_in_for}, which is no field"
        for f in fields
        if f.stands_in_for is not None and f.stands_in_for not in names
    ]
    if not any(f.kind == "name" and f.is_required for f in fields):
        faults.append(f"{path}: no required field of kind name")
    seen: dict[str, str] = {}
    for field in fields:
        for alias in field.aliases:
            if alias in seen and seen[alias] != field.name:
                faults.append(f"{path}: heading “{alias}” names {seen[alias]} and {field.name}")
            seen[alias] = field.name


def _check_identity(
    path: Path, header: FormHeader, fields: Sequence[Field], faults: list[str]
) -> None:
    kinds = {field.name: field.kind for field in fields}
    for part in header.identity_with:
        name, dot, taken = part.partition(".")
        if name not in kinds:
            faults.append(f"{path}: identity_with: {name} is no field")
        elif dot and taken not in get_args(Taken):
            faults.append(f"{path}: identity_with: {part}: nothing is called {taken}")
        elif taken == "year" and kinds[name] != "date":
            faults.append(f"{path}: identity_with: {name} is no date and has no year")


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())
