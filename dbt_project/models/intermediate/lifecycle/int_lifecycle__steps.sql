-- One row per project and step of its life that there is evidence for: when it was reached, and the row that says so.
-- Ledger projects, and the entries of reserve lists and projects of the batches that no ledger knows, by name within
-- their unit. A step after the day of the last load is not reached yet.
{% set order_of_steps = [
    'reserve', 'signed', 'started', 'under_construction', 'completed', 'in_production', 'at_capacity', 'exited'
] %}

with today as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

entries as (
    select * from {{ ref('int_reserve__entries') }}
),

ledger_projects as (
    select * from years where is_latest_year
),

-- What a project is called and whose it is: the ledger says so first, then the reserve list, then the batches.
named as (
    select
        project_key as lifecycle_key,
        1 as authority,
        project_key,
        project_name,
        unit_code,
        is_reserve,
        is_package_parent,
        total_investment_wanyuan,
        cast(null as timestamp) as received_at,
        receipt_id,
        row_number
    from ledger_projects
    union all
    select
        entry_key as lifecycle_key,
        2 as authority,
        project_key,
        project_name,
        unit_code,
        false as is_reserve,
        false as is_package_parent,
        total_investment_wanyuan,
        received_at,
        receipt_id,
        row_number
    from entries
    union all
    select
        lifecycle_key,
        3 as authority,
        project_key,
        project_name,
        unit_code,
        false as is_reserve,
        is_package_parent,
        contract_wanyuan as total_investment_wanyuan,
        cast(received_on as timestamp) as received_at,
        receipt_id,
        row_number
    from {{ ref('int_batches__projects') }}
),

projects as (
    select *
    from named
    qualify
        row_number() over (
            partition by lifecycle_key
            order by
                authority asc nulls last,
                received_at desc nulls last,
                receipt_id desc nulls last,
                row_number desc nulls last
        ) = 1
),

-- What the latest ledger still keeps in reserve has not started, whatever date was written.
standing as (
    select dated.*
    from {{ ref('int_lifecycle__evidence') }} as dated
    inner join projects on dated.lifecycle_key = projects.lifecycle_key
    cross join today
    where
        (dated.reached_on is null or dated.reached_on <= today.today)
        and (not projects.is_reserve or dated.step in ('reserve', 'signed'))
),

first_evidence as (
    select
        *,
        min(list_year) over (partition by lifecycle_key, step) as first_list_year
    from standing
    qualify
        row_number() over (
            partition by lifecycle_key, step
            order by
                authority asc nulls last,
                reached_on asc nulls last,
                source_form_id asc nulls last,
                receipt_id asc nulls last,
                sheet asc nulls last,
                row_number asc nulls last
        ) = 1
),

starts as (
    select
        lifecycle_key,
        reached_on as started_on
    from first_evidence
    where step = 'started'
),

-- It is being built from the first month on that investment was reported for, or from the year on whose ledger
-- carries it over; in both cases not before it started.
construction as (
    select
        months.project_key as lifecycle_key,
        greatest(starts.started_on, {{ month_start('months.period') }}) as reached_on,
        'progress_report' as source_form_id,
        'investment_ytd_wanyuan' as source_field,
        months.is_corrected,
        months.receipt_id,
        months.sheet,
        months.block_no,
        months.row_number
    from {{ ref('int_investment__months') }} as months
    inner join starts on months.project_key = starts.lifecycle_key
    where
        coalesce(months.investment_month_wanyuan, months.investment_ytd_wanyuan) > 0
        and (starts.started_on is null or starts.started_on <= {{ month_end('months.period') }})
    union all
    select
        years.project_key as lifecycle_key,
        make_date(years.year, 1, 1) as reached_on,
        'project_ledger' as source_form_id,
        'project_name' as source_field,
        false as is_corrected,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from years
    inner join starts on years.project_key = starts.lifecycle_key
    where
        years.is_carried_over
        and (starts.started_on is null or starts.started_on < make_date(years.year, 1, 1))
),

first_construction as (
    select construction.*
    from construction
    inner join today on construction.reached_on <= today.today
    qualify
        row_number() over (
            partition by construction.lifecycle_key
            order by construction.reached_on asc nulls last, construction.source_form_id asc nulls last
        ) = 1
),

progressed as (
    select distinct lifecycle_key from first_evidence where step <> 'reserve'
),

-- A ledger project whose status is exited left when its ledger says; an entry that no list in force names any more and
-- that came no further left the reserve.
exits as (
    select
        ledger_projects.project_key as lifecycle_key,
        cast(ledger_projects.exited_at as date) as reached_on,
        'project_ledger' as source_form_id
    from ledger_projects
    left join first_evidence
        on
            ledger_projects.project_key = first_evidence.lifecycle_key
            and first_evidence.step = 'completed'
    where
        {{ project_status(
            is_reserve='ledger_projects.is_reserve',
            is_completed='first_evidence.lifecycle_key is not null',
            is_started='false',
            is_exited='(ledger_projects.exited_at is not null)'
        ) }} = 'exited'
    union all
    select
        entries.entry_key as lifecycle_key,
        cast(max(entries.superseded_at) as date) as reached_on,
        'reserve_projects' as source_form_id
    from entries
    left join progressed on entries.entry_key = progressed.lifecycle_key
    where entries.project_key is null and progressed.lifecycle_key is null
    group by entries.entry_key
    having not bool_or(entries.is_in_force)
),

steps as (
    select
        lifecycle_key,
        step,
        reached_on,
        first_list_year,
        source_form_id,
        source_field,
        is_corrected,
        receipt_id,
        sheet,
        block_no,
        row_number
    from first_evidence
    union all
    select
        lifecycle_key,
        'under_construction' as step,
        reached_on,
        cast(null as integer) as first_list_year,
        source_form_id,
        source_field,
        is_corrected,
        receipt_id,
        sheet,
        block_no,
        row_number
    from first_construction
    union all
    -- That a list does not name it stands in no cell.
    select
        lifecycle_key,
        'exited' as step,
        reached_on,
        cast(null as integer) as first_list_year,
        source_form_id,
        cast(null as {{ dbt.type_string() }}) as source_field,
        false as is_corrected,
        cast(null as {{ dbt.type_string() }}) as receipt_id,
        cast(null as {{ dbt.type_string() }}) as sheet,
        cast(null as integer) as block_no,
        cast(null as integer) as row_number
    from exits
),

numbered as (
    select
        *,
        case step
            {% for step in order_of_steps %}
            when '{{ step }}' then {{ loop.index }}
            {% endfor %}
        end as step_no
    from steps
)

select
    numbered.lifecycle_key,
    projects.project_key,
    projects.project_name,
    projects.unit_code,
    projects.total_investment_wanyuan,
    projects.is_package_parent,

    numbered.step,
    numbered.step_no,
    numbered.reached_on,
    row_number() over (
        partition by numbered.lifecycle_key
        order by numbered.step_no desc nulls last
    ) = 1 as is_current,
    numbered.first_list_year,

    numbered.source_form_id,
    numbered.source_field,
    numbered.is_corrected,
    numbered.receipt_id,
    numbered.sheet,
    numbered.block_no,
    numbered.row_number
from numbered
inner join projects on numbered.lifecycle_key = projects.lifecycle_key
