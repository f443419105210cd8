"""What a template takes over: a unit's own projects and what it last said of them, or the assessed units.

Which columns are taken over is declared (``prefill`` in ``sources/forms``). The figures are the
submitter's own, as last accepted; none is proposed, and none of another unit's is shown. How they
are laid out on a sheet belongs to ``templates``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from pipelines.database import Connection, quote_name
from pipelines.declarations.district import Unit
from pipelines.declarations.forms import Field, Form
from pipelines.feedback.sheet_plans import SheetValue
from pipelines.periods import period_order, read_period

Stored: TypeAlias = Mapping[str, Any]

# A project kept in reserve reports no progress (domain.md §1.2).
_RESERVE = "储备"


@dataclass(frozen=True)
class PrefilledRow:
    """One project's row: values by field, and the fields that must be brought up to date."""

    values: Mapping[str, SheetValue]
    outdated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Prefill:
    """The rows of a template before anyone has filled it; ``last_period`` is that of the figures."""

    rows: Sequence[PrefilledRow] = field(default=())
    last_period: str | None = None


def read_prefill(
    connection: Connection, form: Form, forms: Sequence[Form], unit_code: str, period: str
) -> Prefill:
    """What a template of ``unit_code`` for ``period`` is filled with.

    ``connection`` is to the ledger, or to the copy of it that a load leaves.
    """
    if form.header.prefill in ("none", "assessed_units"):
        return Prefill()
    last = _last_return(connection, form, unit_code, period)
    said = [] if last is None else _rows_of(connection, form, last[0])
    listed: list[Stored] = []
    if form.header.prefill == "ledger_projects":
        listed = list(_own_projects(connection, forms, unit_code, period[:4]))
    last_period = None if last is None else last[1]
    in_year = last_period is not None and last_period[:4] == period[:4]
    rows = tuple(_merged(form, *pair, in_year) for pair in _paired(form, listed, said))
    return Prefill(rows, last_period)


def assessed_units(form: Form, units: Sequence[Unit], period: str) -> Prefill:
    """A row for every assessed unit that is registered in the period, in the order of the registry."""
    told = read_period(period)
    names = [
        unit.unit_name
        for unit in units
        if unit.assessed
        and (unit.valid_from is None or date.fromisoformat(unit.valid_from) <= told.ends)
        and (unit.valid_to is None or date.fromisoformat(unit.valid_to) >= told.starts)
    ]
    return Prefill([PrefilledRow({form.name_field.name: name}) for name in names])


def _last_return(
    connection: Connection, form: Form, unit_code: str, period: str
) -> tuple[str, str] | None:
    """Receipt and period of the unit's return in force before ``period``.

    A list of the year is sent again in full, so the same year's list goes before last year's.
    """
    found = connection.execute(
        "select receipt_id, period from raw.returns_in_force where form_id = $1 and unit_code = $2",
        [form.form_id, unit_code],
    ).fetchall()
    is_yearly = read_period(period).kind == "year"
    now = period_order(period)
    earlier = [
        (period_order(told), receipt_id, told)
        for receipt_id, told in found
        if period_order(told) < now or (is_yearly and told == period)
    ]
    if not earlier:
        return None
    _, receipt_id, told = max(earlier)
    return receipt_id, told


def _rows_of(connection: Connection, form: Form, receipt_id: str) -> list[Stored]:
    return _stored(
        connection,
        f"""
        select t.* from raw.{quote_name(form.form_id)} as t
        left join raw.sheets as s on t.receipt_id = s.receipt_id and t.sheet = s.sheet
        where t.receipt_id = $1 order by s.sheet_index, t.block_no, t.row_number
        """,
        [receipt_id],
    )


def _own_projects(
    connection: Connection, forms: Sequence[Form], unit_code: str, year: str
) -> Iterator[Stored]:
    """The unit's projects in the year's ledgers in force, in the order of the ledgers.

    A project belongs to its 责任单位, without one that is known to the submitter (contract §7).
    """
    for form in forms:
        if form.header.is_ledger:
            yield from _stored(
                connection,
                f"""
                select t.* from raw.{quote_name(form.form_id)} as t
                inner join raw.returns_in_force as r on t.receipt_id = r.receipt_id
                left join raw.sheets as s on t.receipt_id = s.receipt_id and t.sheet = s.sheet
                left join config.unit_names as u on t.responsible_unit_key = u.name_key
                where r.period = $1 and coalesce(u.unit_code, r.unit_code) = $2
                    and t.ledger_nature is distinct from $3
                order by r.received_at, r.receipt_id, s.sheet_index, t.block_no, t.row_number
                """,
                [year, unit_code, _RESERVE],
            )


def _stored(connection: Connection, sql: str, values: Sequence[str]) -> list[Stored]:
    done = connection.execute(sql, list(values))
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def _paired(
    form: Form, listed: Sequence[Stored], said: Sequence[Stored]
) -> Iterator[tuple[Stored, Stored]]:
    """Each project of the list with what was said of it, then what was said of others.

    A project is known by its code, and where one of the two has none by its name.
    """
    rest = list(said)
    seen: list[Stored] = []
    for project in listed:
        if any(_is_same(form, project, other) for other in seen):
            continue
        seen.append(project)
        found = next((row for row in rest if _is_same(form, project, row)), None)
        if found is not None:
            rest.remove(found)
        yield project, found or {}
    yield from (({}, row) for row in rest)


def _is_same(form: Form, one: Stored, other: Stored) -> bool:
    codes = one.get("project_code"), other.get("project_code")
    if all(codes):
        return codes[0] == codes[1]
    key = f"{form.name_field.name}_key"
    return one.get(key) is not None and one.get(key) == other.get(key)


def _merged(form: Form, project: Stored, said: Stored, in_year: bool) -> PrefilledRow:
    """The ledger says who the project is, the last return how far it has come."""
    values: dict[str, SheetValue] = {}
    outdated: set[str] = set()
    for column in form.fields:
        if not column.prefill:
            continue
        value = _written(column, project)
        if value == "" and (in_year or not column.prefill.endswith("_in_year")):
            value = _written(column, said)
            if value != "" and column.prefill.startswith("update"):
                outdated.add(column.name)
        if value != "":
            values[column.name] = value
    return PrefilledRow(values, frozenset(outdated))


def _written(column: Field, row: Stored) -> SheetValue:
    """A stored value as a clerk would write it: a date known by its month stays a month."""
    value = row.get(column.name)
    if value is None:
        return ""
    if isinstance(value, date):
        match row.get(f"{column.name}_precision"):
            case "month":
                return f"{value.year}年{value.month}月"
            case "year":
                return f"{value.year}年"
    written: SheetValue = value
    return written
