-- One row per cohort and project of the three batches: what the newest list says of it, and how far it has come
-- by the day of the last load. A date after that day is a promise and not yet reached.
{% set stages = batch_stages() %}

with today as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

listed as (
    select
        batches.*,
        {{ last_day_of_period('batches.period') }} as period_end,
        coalesce(batches.project_key, 'name:' || batches.project_name_key) as project_identity
    from ({{ with_project(ref('stg_three_batches')) }}) as batches
),

standing as (
    select *
    from listed
    qualify
        row_number() over (
            partition by cohort_key, project_identity
            order by {{ said_last_first('listed') }}
        ) = 1
),

-- A cohort is called what the newest list calls it.
cohorts as (
    select
        cohort_key,
        cohort
    from standing
    qualify row_number() over (partition by cohort_key order by {{ said_last_first('standing') }}) = 1
),

ledger as (
    select * from {{ ref('int_projects__years') }} where is_latest_year
),

-- Packages of which a part is in the same cohort: there the package's own row steps back.
split_packages as (
    select distinct
        standing.cohort_key,
        ledger.package_key
    from standing
    inner join ledger on standing.project_key = ledger.project_key
    where ledger.package_key is not null
),

with_unit as (
    select
        standing.*,
        coalesce(ledger.unit_code, standing.submitter_code) as unit_code,
        coalesce(ledger.is_package_parent, false) and split_packages.cohort_key is not null as is_package_parent
    from standing
    left join ledger on standing.project_key = ledger.project_key
    left join split_packages
        on
            standing.cohort_key = split_packages.cohort_key
            and ledger.project_name_key = split_packages.package_key
),

-- A project of the batches that no ledger knows may be an entry of a reserve list: of its unit, else the only one of
-- that name.
entry_names as (
    select distinct
        entry_key,
        unit_code,
        project_name_key
    from {{ ref('int_reserve__entries') }}
    where project_key is null
),

nearest_entries as (
    select
        batches.project_identity,
        batches.unit_code,
        entry_names.entry_key
    from with_unit as batches
    inner join entry_names on batches.project_name_key = entry_names.project_name_key
    where batches.project_key is null
    qualify
        rank() over (
            partition by batches.project_identity, batches.unit_code
            order by (batches.unit_code = entry_names.unit_code) desc nulls last
        ) = 1
),

batch_entries as (
    select
        project_identity,
        unit_code,
        min(entry_key) as entry_key
    from nearest_entries
    group by project_identity, unit_code
    having count(distinct entry_key) = 1
),

reached as (
    select
        {% for _, date_column in stages %}
        case
            when with_unit.{{ date_column }} <= today.today then with_unit.{{ date_column }}
        end as reached_{{ date_column }},
        {% endfor %}
        with_unit.*
    from with_unit
    cross join today
)

select
    reached.cohort_key,
    cohorts.cohort,
    reached.project_identity,
    reached.project_key,
    coalesce(
        reached.project_key,
        batch_entries.entry_key,
        {{ surrogate_key(['reached.unit_code', 'reached.project_name_key']) }}
    ) as lifecycle_key,
    reached.project_name,
    reached.unit_code,
    reached.submitter_code,

    reached.contract_wanyuan,
    {% for _, date_column in stages %}
    reached.{{ date_column }},
    reached.reached_{{ date_column }},
    {% endfor %}
    case
        {% for stage, date_column in stages | reverse %}
        when reached.reached_{{ date_column }} is not null then '{{ stage }}'
        {% endfor %}
        else 'listed'
    end as stage,
    case
        {% for _, date_column in stages | reverse %}
        when reached.reached_{{ date_column }} is not null then reached.reached_{{ date_column }}
        {% endfor %}
    end as stage_since,
    reached.is_package_parent,

    cast(reached.received_at as date) as received_on,
    reached.receipt_id,
    reached.sheet,
    reached.block_no,
    reached.row_number
from reached
inner join cohorts on reached.cohort_key = cohorts.cohort_key
left join batch_entries
    on
        reached.project_identity = batch_entries.project_identity
        and reached.unit_code = batch_entries.unit_code
