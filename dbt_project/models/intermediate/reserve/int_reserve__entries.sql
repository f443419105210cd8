-- One row per entry of every reserve list ever accepted: whose it is, how big, and which project of the
-- ledgers it is. One unit's entries of one name are one project (entry_key); of those in force the later accepted one
-- stands for it (is_counted).
with entries as (
    select
        reserve_projects.*,
        coalesce(unit_names.unit_code, reserve_projects.submitter_code) as unit_code
    from {{ ref('stg_reserve_projects_versions') }} as reserve_projects
    left join {{ ref('stg_unit_names') }} as unit_names
        on reserve_projects.responsible_unit_key = unit_names.name_key
),

years as (
    select * from {{ ref('int_projects__years') }}
),

size_bands as (
    select * from {{ ref('stg_size_bands') }}
),

-- The ledger project of that name: the unit's own before others', the list's year before other years.
nearest as (
    select
        entries.receipt_id,
        entries.sheet,
        entries.row_number,
        years.project_key
    from entries
    inner join years on entries.project_name_key = years.project_name_key
    qualify
        rank() over (
            partition by entries.receipt_id, entries.sheet, entries.row_number
            order by
                (entries.unit_code = years.unit_code) desc nulls last,
                (entries.year = years.year) desc nulls last
        ) = 1
),

-- Two that are equally near: nobody guesses.
ledger_projects as (
    select
        receipt_id,
        sheet,
        row_number,
        min(project_key) as project_key
    from nearest
    group by receipt_id, sheet, row_number
    having count(distinct project_key) = 1
)

select
    entries.receipt_id,
    entries.sheet,
    entries.block_no,
    entries.row_number,
    entries.unit_code,
    entries.submitter_code,
    entries.year,

    entries.project_name,
    entries.project_name_key,
    ledger_projects.project_key,
    coalesce(
        ledger_projects.project_key,
        {{ surrogate_key(['entries.unit_code', 'entries.project_name_key']) }}
    ) as entry_key,
    entries.proposed_tier,
    entries.maturity,

    entries.total_investment_wanyuan,
    entries.plan_year_wanyuan,
    size_bands.size_band,

    entries.is_in_force,
    entries.is_in_force
    and row_number() over (
        partition by entries.is_in_force, entries.year, entries.unit_code, entries.project_name_key
        order by {{ later_accepted_first('entries') }}
    ) = 1 as is_counted,
    entries.received_at,
    entries.superseded_at
from entries
left join ledger_projects
    on
        entries.receipt_id = ledger_projects.receipt_id
        and entries.sheet = ledger_projects.sheet
        and entries.row_number = ledger_projects.row_number
left join size_bands on {{ within_bounds('entries.total_investment_wanyuan', 'size_bands') }}
