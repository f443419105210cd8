"""The rows of a form that matter to the waves of a load: those in force, and those that are to be judged.

Of a list they are made once; what a wave puts in force or supersedes is only noted, so that a wave costs what it holds
and not what is known. Of a cross-table, of which several returns may speak together, they are made for each wave.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.database import Connection, quote_name, quote_text
from pipelines.periods import period_order
from pipelines.validation.form_rows import FormRows
from pipelines.validation.waves import Extent, Wave

# What is to be judged; and what is in force of the same years, of the units or the periods it is about. Null asks for
# all.
_CHOSEN = """
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, true as is_wave
    from raw.receipts as r
    where r.status = 'received' and r.receipt_id in (select unnest(cast($receipts as varchar[])))
    union all
    select r.receipt_id, r.unit_code, r.period, r.file_name, r.received_at, r.file_modified_at, false
    from raw.returns_in_force as r
    where r.form_id = $form_id
        and ($years is null or list_contains(cast($years as varchar[]), left(r.period, 4)))
        and ($units is null or list_contains(cast($units as varchar[]), r.unit_code)
            or list_contains(cast($periods as varchar[]), r.period))
"""
# Where a list is carried on from year to year, one year is all years.
_ALL_YEARS = ""


@dataclass
class RowsAtHand:
    """A temporary table of rows, those in force are not ``is_wave``; and of which units and periods these are.

    ``receipts`` are those to be judged; ``returns`` are, by year, the unit and the period of each receipt in force.
    """

    rows: FormRows
    table: str
    receipts: frozenset[str]
    returns: defaultdict[str, dict[str, tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    @classmethod
    def of_list(cls, connection: Connection, rows: FormRows, extent: Extent) -> "RowsAtHand":
        """Those of a list that matter to waves of an extent."""
        made = cls(rows, quote_name(f"{rows.form.form_id}_at_hand"), extent.receipts)
        is_asked_whole = "in_force_rows" in rows.text
        connection.execute(
            f"create or replace temp table {made.table} as {rows.query(_CHOSEN)}",
            {
                "form_id": rows.form.form_id,
                "receipts": list(extent.receipts),
                "years": None if rows.has_items else extent.years,
                "units": None if is_asked_whole else list(extent.units),
                "periods": None if is_asked_whole else list(extent.periods),
            },
        )
        made._note_returns(connection)
        return made

    @classmethod
    def of_cross_table(cls, connection: Connection, rows: FormRows) -> "RowsAtHand":
        """Those of the cross-tables in the temporary table ``wave``, and of what is in force beside them."""
        made = cls(rows, "cross_rows", frozenset())
        connection.execute(
            f"create or replace temp table cross_rows as {rows.cross_table_query()}",
            {"form_id": rows.form.form_id},
        )
        made._note_returns(connection)
        return made

    def _note_returns(self, connection: Connection) -> None:
        found = connection.execute(
            f"select distinct receipt_id, unit_code, period from {self.table} where not is_wave"
        ).fetchall()
        for receipt_id, unit, period in found:
            self._of_year(period)[receipt_id] = (unit, period)

    def _of_year(self, period: str) -> dict[str, tuple[str, str]]:
        return self.returns[_ALL_YEARS if self.rows.has_items else period[:4]]

    def in_force(self, wave: Wave) -> str:
        """Which rows of the table, called ``o``, are in force beside a wave."""
        if self.rows.has_items:
            return "not o.is_wave"
        return f"not o.is_wave and o.ledger_year = {quote_text(wave.year)}"

    def fill(self, query: str, wave: Wave, **words: str) -> str:
        """A query about the rows in force beside a wave, with the names of what it reads."""
        given = self.rows.given
        return query.format(rows=self.table, in_force=self.in_force(wave), given=given, **words)

    def beside(self, wave: Wave) -> Iterable[tuple[str, str]]:
        """Unit and period of every return in force beside a wave."""
        return self._of_year(wave.period).values()

    def settle(
        self, connection: Connection, wave: Wave, accepted: Sequence[str], superseded: Sequence[str]
    ) -> None:
        """Note what a wave put in force, and what it superseded."""
        of_year = self._of_year(wave.period)
        for receipt_id in superseded:
            of_year.pop(receipt_id, None)
        of_year.update({i: (wave.units[i], wave.period) for i in accepted})
        connection.execute(
            f"update {self.table} set is_wave = c.is_wave from (select unnest(cast($changed as varchar[]))"
            " as receipt_id, unnest(cast($is_wave as boolean[])) as is_wave) as c"
            f" where {self.table}.period = $period and {self.table}.receipt_id = c.receipt_id",
            {
                "changed": [*accepted, *superseded],
                "is_wave": [False] * len(accepted) + [True] * len(superseded),
                "period": wave.period,
            },
        )

    def is_before(self, wave: Wave) -> bool:
        """Whether a unit of the wave has an earlier return in force."""
        units = set(wave.units.values())
        return any(u in units and period_order(p) < wave.order for u, p in self.beside(wave))

    def is_after(self, wave: Wave) -> bool:
        """Whether a unit of the wave has a later return in force."""
        units = set(wave.units.values())
        return any(u in units and period_order(p) > wave.order for u, p in self.beside(wave))

    def last_months(self, wave: Wave) -> dict[str, str]:
        """The last period in force of the month before, by receipt of the wave, where there is one."""
        latest: dict[str, str] = {}
        for unit, period in self.beside(wave):
            if period[:7] == wave.month_before:
                latest[unit] = max(latest.get(unit, period), period, key=period_order)
        return {i: latest[unit] for i, unit in wave.units.items() if unit in latest}

    def is_beside(self, wave: Wave) -> bool:
        """Whether another unit has a return of the period, in the wave or in force."""
        return len(wave.units) > 1 or any(p == wave.period for _, p in self.beside(wave))
