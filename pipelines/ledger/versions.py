"""The state of receipts in the ledger: placed in their slot, duplicate, refused, or in force.

While a load walks through its waves the versions of its slots are kept in memory and written together. What a return
deserves is decided in ``deciding``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.database import Connection, quote_name
from pipelines.declarations.forms import Form

# Unit, form and period: versions are counted, and superseded, within a slot.
SlotKey = tuple[str, str, str]


@dataclass(frozen=True)
class Placed:
    """A receipt with the slot that it was read to be of."""

    receipt_id: str
    slot: SlotKey
    sha256: str
    is_restricted: bool


@dataclass(frozen=True)
class Verdict:
    """What becomes of a return: ``refused_because`` is None for an accepted one."""

    placed: Placed
    status: str
    refused_because: str | None


@dataclass(frozen=True)
class Untold:
    """A file whose form or period cannot be told; ``form_id`` is None where not even the form is known."""

    receipt_id: str
    form_id: str | None
    is_restricted: bool


@dataclass(frozen=True)
class _Version:
    """An accepted return in force."""

    receipt_id: str
    sha256: str
    version_no: int


def place(connection: Connection, placed: Iterable[Placed]) -> None:
    """Write down form and period of receipts that are about to be decided."""
    listed = list(placed)
    connection.execute(
        """
        update raw.receipts set form_id = p.form_id, period = p.period, is_restricted = p.is_restricted
        from (
            select unnest(cast($ids as varchar[])) as receipt_id, unnest(cast($forms as varchar[])) as form_id,
                unnest(cast($periods as varchar[])) as period,
                unnest(cast($restricted as boolean[])) as is_restricted) as p
        where receipts.receipt_id = p.receipt_id
        """,
        {
            "ids": [p.receipt_id for p in listed],
            "forms": [p.slot[1] for p in listed],
            "periods": [p.slot[2] for p in listed],
            "restricted": [p.is_restricted for p in listed],
        },
    )


class Versions:
    """The versions of some slots, as the ledger has them and as they change while waves are settled.

    What is settled here stands in the ledger after ``write``.
    """

    def __init__(self, connection: Connection, slots: Iterable[SlotKey]) -> None:
        self._connection = connection
        self._accepted: dict[SlotKey, int] = {}
        self._in_force: dict[SlotKey, list[_Version]] = {}
        self._shown: dict[str, frozenset[str]] = {}
        # receipt_id, status, refused_because, version_no, duplicate_of
        self._settled: list[tuple[str, str, str | None, int | None, str | None]] = []
        self._superseded: list[tuple[str, str]] = []
        asked = sorted(set(slots))
        for *slot, is_in_force, receipt_id, sha256, number in connection.execute(
            """
            select r.unit_code, r.form_id, r.period, r.superseded_by is null,
                r.receipt_id, r.sha256, coalesce(r.version_no, 0)
            from raw.receipts as r
            inner join (
                select unnest(cast($units as varchar[])) as unit_code,
                    unnest(cast($forms as varchar[])) as form_id,
                    unnest(cast($periods as varchar[])) as period) as a
                on r.unit_code = a.unit_code and r.form_id = a.form_id and r.period = a.period
            where r.status in ('accepted', 'accepted_with_warnings')
            order by r.version_no, r.receipt_id
            """,
            {
                "units": [unit for unit, _, _ in asked],
                "forms": [form for _, form, _ in asked],
                "periods": [period for _, _, period in asked],
            },
        ).fetchall():
            key: SlotKey = (slot[0], slot[1], slot[2])
            self._accepted[key] = self._accepted.get(key, 0) + 1
            if is_in_force:
                self._in_force.setdefault(key, []).append(_Version(receipt_id, sha256, number))

    def note_shown(self, form: Form, wave: Sequence[Placed]) -> None:
        """Note of which indicators the cross-tables of a wave, and what is in force beside them, give values.

        A blank column says nothing.
        """
        if not form.is_cross_table:
            return
        beside = [v.receipt_id for p in wave for v in self._in_force.get(p.slot, ())]
        rows = self._connection.execute(
            f"select receipt_id, list(distinct indicator_id) from raw.{quote_name(form.form_id)}"
            " where receipt_id in (select unnest(cast(? as varchar[]))) group by 1",
            [[*(p.receipt_id for p in wave), *beside]],
        ).fetchall()
        self._shown = {receipt_id: frozenset(shown) for receipt_id, shown in rows}

    def settle_duplicate(self, placed: Placed) -> bool:
        """Whether a return is, byte for byte, the version in force of its slot: it changes nothing, and is settled.

        A cross-table whose figures a later one has partly replaced does change something when it comes again.
        Source: contract §7, Duplicate.
        """
        versions = self._in_force.get(placed.slot, [])
        for one in versions:
            later = [v for v in versions if v.version_no > one.version_no]
            is_same = one.sha256 == placed.sha256
            if is_same and not any(self._shows(one) & self._shows(v) for v in later):
                told = (placed.receipt_id, "duplicate", None, None, one.receipt_id)
                self._settled.append(told)
                return True
        return False

    def settle(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Give each return of a wave its end state; an accepted one supersedes the version in force.

        A cross-table supersedes only where it has values of every indicator of the earlier one: a district's annexes
        come as several files of one form. Returns which are superseded.
        """
        before = len(self._superseded)
        for verdict in verdicts:
            placed, number = verdict.placed, None
            if verdict.status != "refused":
                number = self._accepted.get(placed.slot, 0) + 1
                self._accepted[placed.slot] = number
                self._supersede(placed, _Version(placed.receipt_id, placed.sha256, number))
            told = (placed.receipt_id, verdict.status, verdict.refused_because, number, None)
            self._settled.append(told)
        return [receipt_id for receipt_id, _ in self._superseded[before:]]

    def _supersede(self, placed: Placed, newer: _Version) -> None:
        earlier = self._in_force.get(placed.slot, [])
        kept = [one for one in earlier if self._shows(one) - self._shows(newer)]
        self._superseded += [(o.receipt_id, newer.receipt_id) for o in earlier if o not in kept]
        self._in_force[placed.slot] = [*kept, newer]

    def _shows(self, version: _Version) -> frozenset[str]:
        return self._shown.get(version.receipt_id, frozenset())

    def write(self) -> None:
        """Write down what was settled since the last time."""
        if self._settled:
            names = ("ids", "states", "reasons", "numbers", "originals")
            self._connection.execute(
                """
                update raw.receipts set status = s.status, refused_because = s.refused_because,
                    version_no = s.version_no, duplicate_of = s.duplicate_of
                from (
                    select unnest(cast($ids as varchar[])) as receipt_id,
                        unnest(cast($states as varchar[])) as status,
                        unnest(cast($reasons as varchar[])) as refused_because,
                        unnest(cast($numbers as integer[])) as version_no,
                        unnest(cast($originals as varchar[])) as duplicate_of) as s
                where receipts.receipt_id = s.receipt_id
                """,
                dict(zip(names, map(list, zip(*self._settled, strict=True)), strict=True)),
            )
        if self._superseded:
            self._connection.execute(
                """
                update raw.receipts set superseded_by = s.superseded_by
                from (
                    select unnest(cast($ids as varchar[])) as receipt_id,
                        unnest(cast($newer as varchar[])) as superseded_by) as s
                where receipts.receipt_id = s.receipt_id
                """,
                {
                    "ids": [earlier for earlier, _ in self._superseded],
                    "newer": [newer for _, newer in self._superseded],
                },
            )
        self._settled, self._superseded = [], []


def settle_untold_duplicates(connection: Connection, untold: Sequence[Untold]) -> set[str]:
    """Files without period whose bytes are the unit's own in force, of that form; which they are."""
    rows = connection.execute(
        """
        with untold as (
            select unnest(cast($ids as varchar[])) as receipt_id, unnest(cast($forms as varchar[])) as form_id),
        known as (
            select r.receipt_id, f.receipt_id as original, f.form_id, f.period, f.is_restricted
            from untold as u
            inner join raw.receipts as r on u.receipt_id = r.receipt_id
            inner join raw.returns_in_force as f
                on r.unit_code = f.unit_code and r.sha256 = f.sha256 and u.form_id = f.form_id
            qualify row_number() over (partition by r.receipt_id order by f.period desc nulls last) = 1)
        update raw.receipts set status = 'duplicate', duplicate_of = known.original,
            form_id = known.form_id, period = known.period, is_restricted = known.is_restricted
        from known where receipts.receipt_id = known.receipt_id
        returning receipts.receipt_id
        """,
        {"ids": [u.receipt_id for u in untold], "forms": [u.form_id for u in untold]},
    ).fetchall()
    return {receipt_id for (receipt_id,) in rows}


def refuse_untold(connection: Connection, refused: Sequence[tuple[Untold, str]]) -> None:
    """Refuse files whose slot cannot be told, each for its reason; a load that was cut off may have told one.

    What the statistics unit sends is restricted even where its form cannot be told.
    """
    connection.execute(
        """
        update raw.receipts set form_id = untold.form_id, period = null, status = 'refused',
            refused_because = untold.because,
            is_restricted = untold.is_restricted
                or unit_code in (select unit_code from config.units where unit_type = 'statistics')
        from (
            select unnest(cast($ids as varchar[])) as receipt_id, unnest(cast($forms as varchar[])) as form_id,
                unnest(cast($restricted as boolean[])) as is_restricted,
                unnest(cast($because as varchar[])) as because) as untold
        where receipts.receipt_id = untold.receipt_id
        """,
        {
            "ids": [u.receipt_id for u, _ in refused],
            "forms": [u.form_id for u, _ in refused],
            "restricted": [u.is_restricted for u, _ in refused],
            "because": [because for _, because in refused],
        },
    )
