"""Lists that are carried on from period to period: what was last said of the item a row speaks of.

An item of a working ledger (a node, an issue, what a meeting settled) is what the later accepted row in force
says of it, in whatever period's list. ``history`` makes the rows from which this chooses.
"""

from pipelines.database import Connection, quote_name
from pipelines.declarations.forms import Form

# Who came later: the order of the marts' later_accepted_first.
_SAID = """
create or replace temp table said_rows as
select w.receipt_id as for_receipt, o.*
from (select distinct receipt_id, unit_code, item_ref from wave_rows) as w
inner join in_force_rows as o on w.unit_code = o.unit_code and w.item_ref = o.item_ref
qualify row_number() over (
    partition by w.receipt_id, o.item_ref
    order by o.received_at desc, o.file_modified_at desc, o.receipt_id desc, o.sheet desc,
        o.row_number desc) = 1
"""


def keeps_items(form: Form) -> bool:
    """Whether a row of the form stays in force until a later list says otherwise, over periods and years."""
    return form.header.period == "any" and not form.is_cross_table


def item_ref(form: Form) -> str:
    """The SQL expression, over a row and its ``project_ref``, that says of which item the row speaks."""
    if form.is_cross_table or form.own_code is not None:
        return "project_ref"
    beside = [form.by_name[name] for name in form.header.identity_with if name != "project_name"]
    if form.name_field is not form.project_field:
        beside.append(form.name_field)
    columns = ["project_ref"]
    columns += [f"{f.name}_key" if f.kind in ("name", "unit") else f.name for f in beside]
    return " || '|' || ".join(f"coalesce(cast({quote_name(c)} as varchar), '')" for c in columns)


def prepare_said_rows(connection: Connection) -> None:
    """Make ``said_rows``; to be joined by ``item_ref``."""
    connection.execute(_SAID)
