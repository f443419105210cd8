with steps as (
    select * from {{ ref('int_lifecycle__steps') }} where not is_package_parent
),

-- What left the reserve other than by a dated start: carried over or completed without one.
projects as (
    select
        lifecycle_key,
        unit_code,
        max(total_investment_wanyuan) as total_investment_wanyuan,
        max(first_list_year) as first_list_year,
        max(case when step = 'started' then reached_on end) as started_on,
        min(
            case when step in ('started', 'under_construction', 'completed', 'in_production') then reached_on end
        ) as moved_on,
        max(case when step = 'exited' then reached_on end) as exited_on
    from steps
    group by lifecycle_key, unit_code
    having count(case when step = 'reserve' then 1 end) > 0
),

begun_periods as (
    {{ begun_periods() }}
),

years as (
    select * from begun_periods where period_type = 'year'
),

known as (
    select
        years.year,
        projects.unit_code,
        projects.total_investment_wanyuan,
        coalesce(projects.started_on between years.start_date and years.end_date, false) as is_started,
        coalesce(projects.exited_on <= years.end_date, false)
        and not coalesce(projects.moved_on <= years.end_date, false) as is_withdrawn
    from projects
    inner join years on projects.first_list_year <= years.year
    where
        (projects.moved_on is null or projects.moved_on > years.start_date or projects.started_on = years.start_date)
        and (projects.exited_on is null or projects.exited_on >= years.start_date)
),

members as (
    select
        *,
        unit_code as member
    from known
    union all
    select
        *,
        'all' as member
    from known
),

totals as (
    select
        year,
        member,
        cast(count(case when not is_withdrawn then 1 end) as integer) as reserve_count,
        cast(count(case when is_started then 1 end) as integer) as started_count,
        cast(count(case when is_withdrawn then 1 end) as integer) as withdrawn_count,
        cast(coalesce(
            sum(case when not is_withdrawn then total_investment_wanyuan end), 0
        ) as decimal(18, 4)) as reserve_wanyuan,
        cast(coalesce(
            sum(case when is_started then total_investment_wanyuan end), 0
        ) as decimal(18, 4)) as started_wanyuan
    from members
    group by year, member
)

select
    {{ surrogate_key(['year', 'member']) }} as row_key,
    year,
    member as unit_code,
    reserve_count,
    started_count,
    withdrawn_count,
    {{ rate('started_count', 'reserve_count') }} as conversion_rate_by_count,
    reserve_wanyuan,
    started_wanyuan,
    {{ rate('started_wanyuan', 'reserve_wanyuan') }} as conversion_rate_by_amount
from totals
