"""The rows of a list as the rules against earlier returns read them: whose they are, and of which project.

Which columns, is told by the rules. Cross-tables have other rows (``unit_history``); which rows a wave is given,
``wave_relations`` says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.database import quote_name, quote_text
from pipelines.declarations.forms import Form, storage_columns
from pipelines.declarations.rules import Rule
from pipelines.text import PLACEHOLDERS
from pipelines.validation.identity import item_ref
from pipelines.validation.item_history import keeps_items
from pipelines.validation.unit_history import UNIT_INDICATOR, unit_rows

_TYPED = """
with chosen as ({chosen}),

typed as (
    select
        c.unit_code, c.period, c.file_name, c.received_at, c.file_modified_at, c.is_wave,
        left(c.period, 4) as ledger_year, left(c.period, 7) as period_month,
        -- A month's report comes after its halves, whatever arrived first.
        case when length(c.period) = 7 then c.period || '-H3' else c.period end as period_order,
        {has_reason} as has_reason,
        {columns}, {code} as own_code, f.{name}_key as own_key
    from raw.{form_id} as f inner join chosen as c on f.receipt_id = c.receipt_id
)

select
    t.*,
    coalesce(
        kc.project_ref,
        case when t.own_code is null or not ku.is_coded then ku.project_ref end,
        case when t.own_code is null or not kd.is_coded then kd.project_ref end
    ) as ledger_ref
from typed as t
left join known_codes as kc on t.own_code = kc.project_code
left join known_in_unit as ku on t.own_key = ku.name_key and t.unit_code = ku.unit
left join known_in_district as kd on t.own_key = kd.name_key
"""

# With one of these a query asks for columns that it does not name.
_ALL_COLUMNS = re.compile(r"(?:\bselect|\bdistinct|[.,])\s*\*|\bcolumns\s*\(")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


# What every row has beside the form's columns; the first of them, wherever a row stands for another.
_ALWAYS_GIVEN = (
    "receipt_id",
    "sheet",
    "block_no",
    "row_number",
    "unit_code",
    "period",
    "project_ref",
)
_GIVEN_IF_NAMED = (
    "file_name", "received_at", "file_modified_at", "ledger_year", "period_month", "period_order",
    "has_reason", "own_code", "own_key", "ledger_ref", "item_ref",
)  # fmt: skip


@dataclass(frozen=True)
class FormRows:
    """The rows of one form with the columns that its rules name."""

    form: Form
    rules: Sequence[Rule]

    @cached_property
    def text(self) -> str:
        """All that the rules ask, to look for names in."""
        return "\n".join(rule.machine_text.lower() for rule in self.rules)

    @cached_property
    def has_items(self) -> bool:
        return keeps_items(self.form)

    def query(self, chosen: str) -> str:
        """The rows of the returns that ``chosen`` selects: receipt, unit, period, file, its times and ``is_wave``."""
        form = self.form
        rows = _TYPED.format(
            chosen=chosen,
            form_id=quote_name(form.form_id),
            code="f.project_code" if "project_code" in form.by_name else "cast(null as varchar)",
            name=form.project_field.name,
            has_reason=_reason_sql(form),
            columns=self._read,
        )
        ref = form.own_code or "coalesce(ledger_ref, own_code, 'name:' || own_key)"
        return f"select *, {ref} as project_ref, {self._item} as item_ref from ({rows}) as all_rows"

    def cross_table_query(self) -> str:
        """The rows of a wave of cross-tables and of what is in force of its year; the parameter is the form."""
        rows = unit_rows(self.form, self._read, _reason_sql(self.form))
        return f"select *, {UNIT_INDICATOR} as project_ref, project_ref as item_ref from ({rows}) as all_rows"

    @cached_property
    def given(self) -> str:
        """What a relation beside the wave gives of a row, called ``o``: what the rules name, or all."""
        if self.form.is_cross_table or self._asks_for_all:
            return "o.*"
        named = [name for name in _GIVEN_IF_NAMED if name in self._words]
        of_form = [known_as for _, known_as in self._columns]
        return ", ".join(f"o.{quote_name(name)}" for name in (*_ALWAYS_GIVEN, *named, *of_form))

    @cached_property
    def _item(self) -> str:
        return item_ref(self.form) if self.has_items else "project_ref"

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(f"{self.text}\n{self._item}"))

    @cached_property
    def _asks_for_all(self) -> bool:
        return _ALL_COLUMNS.search(self.text) is not None

    @cached_property
    def _columns(self) -> list[tuple[str, str]]:
        """The form's columns that the queries name, all where they do not name them, and what they call them: a row's
        own period stands beside that of its return.
        """
        named = {*self._words, *_always_read(self.form)}
        columns = [
            (column, "own_period" if column == "period" else column)
            for column, _ in storage_columns(self.form)
        ]
        return [one for one in columns if self._asks_for_all or one[1] in named]

    @property
    def _read(self) -> str:
        places = ["f.receipt_id", "f.sheet", "f.block_no", "f.row_number"]
        named = [f"f.{quote_name(column)} as {quote_name(name)}" for column, name in self._columns]
        return ", ".join([*places, *named])


def _always_read(form: Form) -> tuple[str, ...]:
    """What is read of every row to tell whose it is."""
    project, name = form.project_field.name, form.name_field.name
    own = () if form.own_code is None else (form.own_code,)
    return (project, f"{project}_key", name, f"{name}_key", "indicator_id", *own)


def _reason_sql(form: Form) -> str:
    """A declared reason is a 备注 that says something (contract §7); “无” says nothing."""
    if "remarks" not in form.by_name:
        return "false"
    nothing = ", ".join(quote_text(word) for word in sorted(PLACEHOLDERS))
    return f"coalesce(trim(f.remarks) not in ('', {nothing}), false)"
