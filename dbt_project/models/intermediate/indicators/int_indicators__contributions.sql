-- One row per computed indicator, unit, month and project (or entry of a reserve list) that makes its figure.
with size_weights as (
    select * from {{ ref('int_indicators__size_weights') }}
),

weighted_months as (
    select distinct period from size_weights
),

counted as (
    select
        period,
        indicator_id,
        unit_code,
        project_key as contribution_key,
        project_key,
        cast(null as {{ dbt.type_string() }}) as entry_name,
        total_investment_wanyuan,
        cast(1 as decimal(18, 4)) as counted_value,
        true as is_count,
        false as is_carried_forward,
        event_date
    from {{ ref('int_indicators__dated_projects') }}
    union all
    select
        period,
        indicator_id,
        unit_code,
        contribution_key,
        project_key,
        project_name as entry_name,
        total_investment_wanyuan,
        cast(1 as decimal(18, 4)) as counted_value,
        true as is_count,
        false as is_carried_forward,
        cast(null as date) as event_date
    from {{ ref('int_indicators__reserve_projects') }}
    union all
    select
        period,
        indicator_id,
        unit_code,
        project_key as contribution_key,
        project_key,
        cast(null as {{ dbt.type_string() }}) as entry_name,
        total_investment_wanyuan,
        investment_ytd_wanyuan as counted_value,
        false as is_count,
        not is_reported as is_carried_forward,
        cast(null as date) as event_date
    from {{ ref('int_indicators__invested_projects') }}
    where investment_ytd_wanyuan is not null
)

-- A project below the lowest bound weighs nothing; without size weights in force nothing has a weight.
select
    counted.period,
    counted.indicator_id,
    counted.unit_code,
    counted.contribution_key,
    counted.project_key,
    counted.entry_name,
    counted.total_investment_wanyuan,
    counted.counted_value,
    case
        when counted.is_count and weighted_months.period is not null then coalesce(size_weights.weight, 0)
    end as size_weight,
    counted.is_carried_forward,
    counted.event_date
from counted
left join weighted_months on counted.period = weighted_months.period
left join size_weights
    on
        counted.period = size_weights.period
        and {{ within_bounds('counted.total_investment_wanyuan', 'size_weights') }}
