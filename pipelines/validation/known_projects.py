"""What is known of the ledgers' projects, for the rules against earlier returns.

Makes the relations ``registry``, ``known_amounts``, ``latest_amounts`` and ``known_years``, described in
``expectations/README.md``, and those by which a row finds its project. Nothing here writes a permanent table.
"""

from collections.abc import Iterable

from pipelines.database import Connection
from pipelines.matching import nearest
from pipelines.validation.macros import MACROS

# A name less alike than this helps nobody.
_NEAR = 0.5

# Every ledger row ever accepted, with the unit that answers for it. A project that a newer ledger
# no longer lists is still known: its earlier months may be resent.
_REGISTRY = """
create or replace temp table registry as
with accepted as (
    select
        l.project_code,
        l.project_name,
        l.project_name_key as name_key,
        coalesce(u.unit_code, r.unit_code) as unit_code,
        r.unit_code as submitter,
        r.period as ledger_year,
        r.superseded_by is null as is_in_force,
        r.receipt_id,
        r.received_at,
        r.file_modified_at,
        l.sheet,
        l.row_number,
        l.total_investment_wanyuan,
        l.plan_year_wanyuan,
        l.cumulative_prior_wanyuan,
        l.planned_start,
        l.planned_completion,
        l.build_years,
        l.package_key
    from raw.project_ledger as l
    inner join raw.receipts as r on l.receipt_id = r.receipt_id
    left join config.unit_names as u on l.responsible_unit_key = u.name_key
    where r.status in ('accepted', 'accepted_with_warnings')
),

coded as (
    select a.*, coalesce(k.canonical_code, a.project_code) as code_ref
    from accepted as a
    left join config.project_links as k on a.project_code = k.project_code
),

in_unit as (
    select name_key, unit_code, min(code_ref) as code_ref
    from coded where code_ref is not null
    group by name_key, unit_code having count(distinct code_ref) = 1
),

in_district as (
    select name_key, min(code_ref) as code_ref
    from coded where code_ref is not null
    group by name_key having count(distinct code_ref) = 1
)

select
    coalesce(c.code_ref, u.code_ref, d.code_ref, 'name:' || c.name_key) as project_ref,
    c.* exclude (code_ref)
from coded as c
left join in_unit as u on c.name_key = u.name_key and c.unit_code = u.unit_code
left join in_district as d on c.name_key = d.name_key
"""

_KNOWN = r"""
create or replace temp table known_codes as
with coded as (
    select project_code, project_ref from registry where project_code is not null
    union
    select k.project_code, r.project_ref
    from config.project_links as k
    inner join config.project_links as other on k.canonical_code = other.canonical_code
    inner join registry as r on other.project_code = r.project_code)
select project_code, min(project_ref) as project_ref from coded group by project_code;
create or replace temp table known_in_unit as
with named as (
    select name_key, unit_code as unit, project_ref, project_code from registry
    union all
    select name_key, submitter, project_ref, project_code from registry where submitter <> unit_code
)
select name_key, unit, min(project_ref) as project_ref, bool_or(project_code is not null) as is_coded
from named group by name_key, unit having count(distinct project_ref) = 1;
create or replace temp table known_in_district as
select name_key, min(project_ref) as project_ref, bool_or(project_code is not null) as is_coded
from registry group by name_key having count(distinct project_ref) = 1;
create or replace temp table known_amounts as
select project_ref, ledger_year, total_investment_wanyuan, plan_year_wanyuan
from registry where is_in_force
qualify row_number() over (
    partition by project_ref, ledger_year
    order by submitter = unit_code desc, received_at desc, file_modified_at desc, receipt_id,
        sheet, row_number) = 1;
create or replace temp table latest_amounts as
select project_ref, arg_max(total_investment_wanyuan, ledger_year) as total_investment_wanyuan
from known_amounts group by project_ref;
create or replace temp table known_years as
with latest as (
    select *, regexp_extract_all(build_years, '(?:19|20)\d\d') as spans
    from registry where is_in_force
    qualify row_number() over (
        partition by project_ref
        order by ledger_year desc, submitter = unit_code desc, received_at desc,
            file_modified_at desc, receipt_id, sheet, row_number) = 1
)
select project_ref,
    least(year(planned_start), cast(list_min(spans) as integer)) as first_year,
    greatest(year(planned_completion), cast(list_max(spans) as integer)) as last_year
from latest
"""


def prepare_registry(connection: Connection) -> None:
    """Rebuild what is known of the ledgers; to be called after each wave of ledgers."""
    for statement in (*MACROS, _REGISTRY, *_KNOWN.split(";\n")):
        connection.execute(statement)


def similar_names(connection: Connection, unknown: Iterable[str]) -> dict[str, str]:
    """For each unknown name key the most similar name of the ledgers, where there is one; after ``prepare_registry``."""
    asked = {key for key in unknown if key}
    if not asked:
        return {}
    known = dict(
        connection.execute("select name_key, min(project_name) from registry group by 1").fetchall()
    )
    return {
        key: known[found[0]]
        for key in asked
        if known and (found := nearest(key, known)) is not None and found[1] >= _NEAR
    }
