"""Lists that are carried on from period to period: what was last said of the item a row speaks of.

Of several lists in force the one that speaks for the latest day says what an item is: the last day of its period, or
the day the file was last changed where that is earlier (contract §7, Working ledgers). ``wave_relations`` makes the
rows from which this chooses.
"""

from collections.abc import Iterable
from typing import Any

from pipelines.declarations.forms import Form
from pipelines.periods import read_period

# Who speaks last: the order of the marts' said_last_first. A list is compared with those for an earlier or the same
# day, and with the version it replaces.
_SAID = """
with period_ends as (
    select unnest(cast($periods as varchar[])) as period, unnest(cast($ends as date[])) as period_end),
spoken as (
    select p.*, e.period_end, least(e.period_end, cast(p.file_modified_at as date)) as speaks_for
    from (select * from wave_rows union all select * from {rows} where not is_wave) as p
    inner join period_ends as e on p.period = e.period
)

select w.receipt_id as for_receipt, o.* exclude (period_end, speaks_for)
from (select distinct receipt_id, unit_code, period, item_ref, speaks_for from spoken where is_wave) as w
inner join spoken as o
    on w.unit_code = o.unit_code and w.item_ref = o.item_ref and not o.is_wave
    and (o.speaks_for <= w.speaks_for or o.period = w.period)
qualify row_number() over (
    partition by w.receipt_id, o.item_ref
    order by o.speaks_for desc, o.received_at desc, o.file_modified_at desc, o.period_end desc,
        o.receipt_id desc, o.sheet desc, o.row_number desc) = 1
"""


def keeps_items(form: Form) -> bool:
    """Whether a row of the form stays in force until a later list says otherwise, over periods and years.

    A row that tells its own period is of that period and is not carried on.
    """
    header = form.header
    return header.period == "any" and not form.is_cross_table and "period" not in form.by_name


def said_query(rows: str, periods: Iterable[str]) -> tuple[str, dict[str, list[Any]]]:
    """What was last said of the items of ``wave_rows``, to be joined by ``item_ref``: query and parameters.

    ``rows`` is the table of the rows at hand; ``periods`` are those of all that are judged or in force.
    """
    listed = sorted(set(periods))
    ends = [read_period(period).ends for period in listed]
    return _SAID.format(rows=rows), {"periods": listed, "ends": ends}
