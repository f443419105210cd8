"""The state of receipts in the ledger: placed in their slot, duplicate, refused, or in force.

Set-based statements over ``raw.receipts``. What a return deserves is decided in ``deciding``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.database import Connection, quote_name
from pipelines.declarations.forms import Form


@dataclass(frozen=True)
class Verdict:
    """What becomes of a return: ``refused_because`` is None for an accepted one."""

    receipt_id: str
    status: str
    refused_because: str | None


@dataclass(frozen=True)
class Untold:
    """A file whose form or period cannot be told; ``form_id`` is None where not even the form is known."""

    receipt_id: str
    form_id: str | None
    is_restricted: bool


def place(connection: Connection, form: Form, periods: Mapping[str, str]) -> None:
    """Write down form and period of every receipt of a wave, and which indicators it shows."""
    header = form.header
    connection.execute("create or replace temp table placed (receipt_id varchar, period varchar)")
    connection.execute(
        "insert into placed select unnest(cast($ids as varchar[])),"
        " unnest(cast($periods as varchar[]))",
        {"ids": list(periods), "periods": list(periods.values())},
    )
    connection.execute(
        "update raw.receipts set form_id = $form_id, period = placed.period,"
        " is_restricted = $restricted from placed where receipts.receipt_id = placed.receipt_id",
        {"form_id": header.form_id, "restricted": header.restricted},
    )
    note_shown(connection, form, list(periods))


def settle_duplicates(connection: Connection) -> set[str]:
    """Of the receipts just placed: the same bytes as the version in force of the slot change nothing.

    A cross-table whose figures a later one has partly replaced does change something when it comes again.
    Source: contract §7, Duplicate.
    """
    rows = connection.execute(
        """
        update raw.receipts set status = 'duplicate', duplicate_of = f.receipt_id
        from raw.returns_in_force as f
        where receipts.receipt_id in (select receipt_id from placed)
            and receipts.unit_code = f.unit_code and receipts.form_id = f.form_id
            and receipts.period = f.period and receipts.sha256 = f.sha256
            and not exists (
                select 1
                from raw.returns_in_force as later
                inner join shown as replaced on later.receipt_id = replaced.receipt_id
                inner join shown on replaced.indicator_id = shown.indicator_id
                where later.unit_code = f.unit_code and later.form_id = f.form_id
                    and later.period = f.period and later.version_no > f.version_no
                    and shown.receipt_id = f.receipt_id)
        returning receipts.receipt_id
        """
    ).fetchall()
    return {receipt_id for (receipt_id,) in rows}


def put_in_force(connection: Connection, verdicts: Sequence[Verdict]) -> None:
    """Give each return of a wave its end state; an accepted one supersedes the version in force.

    A cross-table supersedes only where it has values of every indicator of the earlier one: a district's annexes
    come as several files of one form. What they show was noted before (``note_shown``).
    """
    connection.execute(
        "create or replace temp table verdicts as select unnest(cast($ids as varchar[])) as"
        " receipt_id, unnest(cast($states as varchar[])) as status,"
        " unnest(cast($reasons as varchar[])) as refused_because",
        {
            "ids": [verdict.receipt_id for verdict in verdicts],
            "states": [verdict.status for verdict in verdicts],
            "reasons": [verdict.refused_because for verdict in verdicts],
        },
    )
    connection.execute(
        """
        create or replace temp table newly_accepted as
        select r.receipt_id, r.unit_code, r.form_id, r.period, count(o.receipt_id) as versions
        from raw.receipts as r
        inner join verdicts as v on r.receipt_id = v.receipt_id and v.status <> 'refused'
        left join raw.receipts as o on r.unit_code = o.unit_code and r.form_id = o.form_id
            and r.period = o.period and o.status in ('accepted', 'accepted_with_warnings')
        group by all
        """
    )
    connection.execute(
        """
        create or replace temp table newly_superseded as
        select o.receipt_id, n.receipt_id as superseded_by
        from raw.receipts as o
        inner join newly_accepted as n on o.unit_code = n.unit_code and o.form_id = n.form_id
            and o.period = n.period
        where o.superseded_by is null and o.status in ('accepted', 'accepted_with_warnings')
        """
    )
    _keep_what_shows_more(connection)
    connection.execute(
        "update raw.receipts set superseded_by = s.superseded_by from newly_superseded as s"
        " where receipts.receipt_id = s.receipt_id"
    )
    connection.execute(
        "update raw.receipts set status = v.status, refused_because = v.refused_because"
        " from verdicts as v where receipts.receipt_id = v.receipt_id"
    )
    connection.execute(
        "update raw.receipts set version_no = n.versions + 1 from newly_accepted as n"
        " where receipts.receipt_id = n.receipt_id"
    )


def note_shown(connection: Connection, form: Form, wave: Sequence[str]) -> None:
    """Of which indicators the cross-tables of a wave, and those in force, give values; a blank column says nothing."""
    connection.execute(
        "create or replace temp table shown (receipt_id varchar, indicator_id varchar)"
    )
    if form.is_cross_table:
        connection.execute(
            "insert into shown"
            f" select distinct receipt_id, indicator_id from raw.{quote_name(form.form_id)}"
            " where receipt_id in (select unnest(cast($wave as varchar[])) union all"
            " select receipt_id from raw.returns_in_force where form_id = $form_id)",
            {"wave": list(wave), "form_id": form.form_id},
        )


def _keep_what_shows_more(connection: Connection) -> None:
    """Returns with values of an indicator that the newer one has none of stay in force."""
    connection.execute(
        """
        delete from newly_superseded using (
            select s.receipt_id
            from newly_superseded as s
            inner join shown as earlier on s.receipt_id = earlier.receipt_id
            left join shown as newer
                on s.superseded_by = newer.receipt_id and earlier.indicator_id = newer.indicator_id
            where newer.indicator_id is null) as more
        where newly_superseded.receipt_id = more.receipt_id
        """
    )


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
    """Refuse files whose slot cannot be told, each for its reason.

    What the statistics unit sends is restricted even where its form cannot be told.
    """
    connection.execute(
        """
        update raw.receipts set form_id = untold.form_id, status = 'refused',
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
