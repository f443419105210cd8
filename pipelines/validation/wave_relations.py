"""What the rules against earlier returns may read, made for one wave of returns.

The relations are temporary; ``expectations/README.md`` describes them. What is known of the ledgers is made in
``known_projects``, what of a form is in force in ``rows_at_hand``, the rules are evaluated in ``history``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.database import Connection
from pipelines.declarations.forms import Form
from pipelines.validation.form_rows import FormRows
from pipelines.validation.item_history import said_query
from pipelines.validation.known_projects import similar_names
from pipelines.validation.rows_at_hand import RowsAtHand
from pipelines.validation.waves import Extent, Wave

# {rows} are the rows at hand, in force those of ``o`` where {in_force}, and {given} what is given of them; the nearest
# is found over few columns.
_NEAREST = """
with nearest as (
    select w.receipt_id as for_receipt, {nearest} as place
    from (select distinct receipt_id, unit_code, project_ref from wave_rows) as w
    inner join {rows} as o
        on w.unit_code = o.unit_code and w.project_ref = o.project_ref
        and o.period_order {sooner} $order and {in_force}
    group by w.receipt_id, o.project_ref
)

select n.for_receipt, {given} from nearest as n inner join {rows} as o on n.place = o.rowid
"""
# Of several rows of one project in one return, the first.
_LAST = {"sooner": "<", "nearest": "arg_max(o.rowid, (o.period_order, -o.rowid))"}
_NEXT = {"sooner": ">", "nearest": "arg_min(o.rowid, (o.period_order, o.rowid))"}

_LAST_MONTH = """
select n.for_receipt, {given}
from (
    select unnest(cast($receipts as varchar[])) as for_receipt, unnest(cast($units as varchar[])) as unit_code,
        unnest(cast($periods as varchar[])) as period) as n
inner join {rows} as o on n.unit_code = o.unit_code and n.period = o.period and {in_force}
"""

_MIRROR = """
select w.receipt_id as for_receipt, {given}, coalesce(u.unit_name, o.unit_code) as {sender}
from (
    select distinct receipt_id, unit_code, file_modified_at, file_name, project_ref from wave_rows) as w
inner join (
    select * from wave_rows where not list_contains(cast($errors as varchar[]), receipt_id)
    union all
    select o.* from {rows} as o where {in_force} and o.period = $period) as o
    on w.project_ref = o.project_ref and w.unit_code <> o.unit_code
    and (not o.is_wave
        or (o.file_modified_at, o.file_name, o.unit_code)
            < (w.file_modified_at, w.file_name, w.unit_code))
left join config.units as u on o.unit_code = u.unit_code
"""

_UNKNOWN = """
select w.receipt_id, w.sheet, w.row_number, w.own_code, w.{name} as own_name, w.own_key,
    case when w.own_code is not null then 'project_code' else '{name}' end as identity_field,
    coalesce(w.own_code, w.{name}) as identity_found, n.nearest_name
from wave_rows as w
left join (
    select unnest(cast($keys as varchar[])) as own_key,
        unnest(cast($names as varchar[])) as nearest_name) as n on w.own_key = n.own_key
where {is_unknown}
"""
_IS_UNKNOWN = "w.ledger_ref is null and (w.own_key is not null or w.own_code is not null)"

# The relations that hold other rows of the same projects, each beside the return it is for.
EARLIER_ROWS = ("last_rows", "next_rows", "last_month_rows", "mirror_rows", "said_rows")


class WaveRelations:
    """The relations of one wave after the other; ``extents`` are those of the waves of each form that come."""

    def __init__(self, connection: Connection, extents: Mapping[str, Extent]) -> None:
        self._connection = connection
        self._extents = extents
        self._lists: dict[str, RowsAtHand] = {}
        # Of which form the relations are that are there but empty.
        self._empty: dict[str, str] = {}

    def forget(self) -> None:
        """With the ledgers it may have changed of which project a row is: what is at hand is made anew."""
        self._lists.clear()

    def prepare(self, wave: Wave, rows: FormRows) -> list[str]:
        """Make the relations that the rules of a form read; which of EARLIER_ROWS may have rows."""
        at_hand = self._prepare_rows(wave, rows)
        there: list[str] = []
        for relation, make in (
            ("last_rows", self._last),
            ("next_rows", self._next),
            ("last_month_rows", self._last_month),
            ("mirror_rows", self._mirror),
            ("said_rows", self._said),
        ):
            if relation in rows.text:
                if make(wave, at_hand):
                    there.append(relation)
                    self._empty.pop(relation, None)
                else:
                    self._make_empty(relation, rows)
        if "unknown_projects" in rows.text:
            self._unknown_projects(rows)
        return there

    def settle(self, wave: Wave, accepted: Sequence[str], superseded: Sequence[str]) -> None:
        """What a wave put in force, and what of its form is so no longer."""
        at_hand = self._lists.get(wave.form.form_id)
        if at_hand is not None and (accepted or superseded):
            at_hand.settle(self._connection, wave, accepted, superseded)

    def _prepare_rows(self, wave: Wave, rows: FormRows) -> RowsAtHand:
        """Make ``wave_rows`` and, where a rule reads it, ``in_force_rows``."""
        if wave.form.is_cross_table:
            asked = {"wave": list(wave.units)}
            self._create("wave", "select unnest(cast($wave as varchar[])) as receipt_id", asked)
            at_hand = RowsAtHand.of_cross_table(self._connection, rows)
        else:
            at_hand = self._list(wave, rows)
        self._create(
            "wave_rows",
            f"select * from {at_hand.table} where period = $period"
            " and receipt_id in (select unnest(cast($wave as varchar[])))",
            {"period": wave.period, "wave": list(wave.units)},
        )
        if "in_force_rows" in rows.text:
            self._connection.execute(
                "create or replace temp view in_force_rows as"
                f" select o.* from {at_hand.table} as o where {at_hand.in_force(wave)}"
            )
        return at_hand

    def _list(self, wave: Wave, rows: FormRows) -> RowsAtHand:
        form_id, header = wave.form.form_id, wave.form.header
        at_hand = self._lists.get(form_id)
        if at_hand is None or not wave.units.keys() <= at_hand.receipts:
            extent = self._extents.get(form_id)
            if extent is None or header.is_ledger or not wave.units.keys() <= extent.receipts:
                extent = wave.extent
            at_hand = RowsAtHand.of_list(self._connection, rows, extent)
            self._lists[form_id] = at_hand
        return at_hand

    def _last(self, wave: Wave, at_hand: RowsAtHand) -> bool:
        return at_hand.is_before(wave) and self._nearest("last_rows", _LAST, wave, at_hand)

    def _next(self, wave: Wave, at_hand: RowsAtHand) -> bool:
        return at_hand.is_after(wave) and self._nearest("next_rows", _NEXT, wave, at_hand)

    def _nearest(
        self, relation: str, words: Mapping[str, str], wave: Wave, at_hand: RowsAtHand
    ) -> bool:
        query = at_hand.fill(_NEAREST, wave, **words)
        self._create(relation, query, {"order": wave.order})
        return True

    def _last_month(self, wave: Wave, at_hand: RowsAtHand) -> bool:
        found = at_hand.last_months(wave)
        if found:
            query = at_hand.fill(_LAST_MONTH, wave)
            units = [wave.units[receipt_id] for receipt_id in found]
            self._create(
                "last_month_rows",
                query,
                {"receipts": list(found), "units": units, "periods": list(found.values())},
            )
        return bool(found)

    def _mirror(self, wave: Wave, at_hand: RowsAtHand) -> bool:
        is_there = at_hand.is_beside(wave)
        if is_there:
            query = at_hand.fill(_MIRROR, wave, sender=_sender(wave.form))
            errors = [receipt_id for receipt_id, has in wave.has_errors.items() if has]
            self._create("mirror_rows", query, {"errors": errors, "period": wave.period})
        return is_there

    def _said(self, wave: Wave, at_hand: RowsAtHand) -> bool:
        """Of a list that is carried on from period to period; in other lists nothing stays said."""
        if at_hand.rows.has_items:
            periods = {wave.period, *(period for _, period in at_hand.beside(wave))}
            self._create("said_rows", *said_query(at_hand.table, periods))
        return at_hand.rows.has_items

    def _make_empty(self, relation: str, rows: FormRows) -> None:
        if self._empty.get(relation) == rows.form.form_id:
            return
        more = (
            f", cast(null as varchar) as {_sender(rows.form)}" if relation == "mirror_rows" else ""
        )
        nothing = f"select cast(null as varchar) as for_receipt, *{more} from wave_rows limit 0"
        self._create(relation, nothing, {})
        self._empty[relation] = rows.form.form_id

    def _unknown_projects(self, rows: FormRows) -> None:
        """Rows whose project no ledger knows, each with the most similar known name, to help the submitter."""
        relation, form_id = "unknown_projects", rows.form.form_id
        unknown = self._connection.execute(
            f"select distinct w.own_key from wave_rows as w where {_IS_UNKNOWN}"
        ).fetchall()
        if not unknown and self._empty.get(relation) == form_id:
            return
        near = similar_names(self._connection, (key for (key,) in unknown))
        query = _UNKNOWN.format(name=rows.form.project_field.name, is_unknown=_IS_UNKNOWN)
        self._create(relation, query, {"keys": list(near), "names": list(near.values())})
        if unknown:
            self._empty.pop(relation, None)
        else:
            self._empty[relation] = form_id

    def _create(self, relation: str, query: str, parameters: Mapping[str, Any]) -> None:
        self._connection.execute(
            f"create or replace temp table {relation} as {query}", dict(parameters)
        )


def _sender(form: Form) -> str:
    """What the name of the unit is called that a mirrored row came from."""
    return "sender_name" if form.is_cross_table else "unit_name"
