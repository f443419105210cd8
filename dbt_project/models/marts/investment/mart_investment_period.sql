with reports as (
    select * from {{ ref('int_investment__periods') }}
),

counted as (
    select * from {{ ref('int_investment__counted') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

-- Every longer period with the months it holds; a month holds itself.
held_months as (
    select
        months.period as month_period,
        holders.period,
        holders.period_type,
        holders.year,
        holders.start_date
    from {{ ref('dim_period') }} as months
    inner join {{ ref('dim_period') }} as holders
        on months.start_date between holders.start_date and holders.end_date
    where months.period_type = 'month' and holders.period_type in ('month', 'quarter', 'half_year', 'year')
),

-- A project that the year's ledger does not list has what it reported.
months as (
    select
        coalesce(counted.project_key, reports.project_key) as project_key,
        coalesce(counted.period, reports.period) as period,
        reports.unit_code,
        case
            when counted.project_key is null then reports.investment_ytd_wanyuan else counted.counted_ytd_wanyuan
        end as ytd_wanyuan,
        coalesce(counted.is_reported, reports.investment_ytd_wanyuan is not null) as is_reported,
        coalesce(counted.is_carried_forward, false) as is_carried_forward,
        coalesce(counted.is_missing, false) as is_missing
    from counted
    full outer join (
        select * from reports where period = month_period
    ) as reports
        on
            counted.project_key = reports.project_key
            and counted.period = reports.period
    where counted.project_key is null or counted.is_reported or counted.is_carried_forward or counted.is_missing
),

-- A period stands where the last of its months stands that anybody reported figures for.
as_of_months as (
    select
        held_months.period,
        max(months.period) as as_of_period
    from months
    inner join held_months on months.period = held_months.month_period
    where months.is_reported
    group by held_months.period
),

whole_months as (
    select
        months.project_key,
        held_months.period,
        held_months.period_type,
        held_months.year,
        as_of_months.as_of_period,
        case
            when extract(month from held_months.start_date) > 1 then {{ month_of_date('(held_months.start_date - 1)') }}
        end as before_period,
        max(months.unit_code) as unit_code,
        max(case when months.period = as_of_months.as_of_period then months.ytd_wanyuan end) as ytd_wanyuan,
        cast(count(case when months.is_reported then 1 end) as integer) as reported_count,
        cast(count(case when months.is_missing then 1 end) as integer) as missing_count,
        bool_or(months.is_carried_forward and months.period = as_of_months.as_of_period) as is_carried_forward
    from months
    inner join held_months on months.period = held_months.month_period
    inner join as_of_months on held_months.period = as_of_months.period
    where months.period <= as_of_months.as_of_period
    group by
        months.project_key,
        held_months.period,
        held_months.period_type,
        held_months.year,
        held_months.start_date,
        as_of_months.as_of_period
),

-- A second half runs from the first; a month reported as a whole has no halves.
half_months as (
    select
        project_key,
        case when period = month_period then month_period || '-H2' else period end as period,
        'half_month' as period_type,
        year,
        case when period = month_period then month_period || '-H2' else period end as as_of_period,
        case
            when period = month_period then month_period || '-H1'
            when {{ month_number('month_period') }} > 1
                then {{ month_of_date('(' ~ month_start('month_period') ~ ' - 1)') }}
        end as before_period,
        unit_code,
        investment_ytd_wanyuan as ytd_wanyuan,
        1 as reported_count,
        0 as missing_count,
        false as is_carried_forward
    from reports
    where investment_ytd_wanyuan is not null and (period <> month_period or part_of_month = 2)
),

periods as (
    select * from whole_months
    union all
    select * from half_months
),

-- Where a period may begin: the figure at the end of the month, or of the first half, before it.
beginnings as (
    select
        project_key,
        period,
        ytd_wanyuan
    from months
    union all
    select
        project_key,
        period,
        investment_ytd_wanyuan as ytd_wanyuan
    from reports
    where period <> month_period
)

select
    {{ surrogate_key(['periods.project_key', 'periods.period']) }} as row_key,
    periods.project_key,
    coalesce(years.unit_code, periods.unit_code) as unit_code,
    periods.period,
    periods.period_type,
    periods.year,
    periods.as_of_period,

    -- Nobody knows what was done in a period whose beginning was not reported.
    cast(
        case
            when periods.before_period is null then periods.ytd_wanyuan
            else periods.ytd_wanyuan - beginnings.ytd_wanyuan
        end as decimal(18, 4)
    ) as investment_period_wanyuan,
    cast(periods.ytd_wanyuan as decimal(18, 4)) as investment_ytd_wanyuan,
    years.plan_year_wanyuan,
    {{ rate('periods.ytd_wanyuan', 'years.plan_year_wanyuan') }} as completion_rate,

    periods.reported_count,
    periods.missing_count,
    periods.is_carried_forward,
    coalesce(years.is_package_parent, false) as is_package_parent
from periods
left join beginnings
    on
        periods.project_key = beginnings.project_key
        and periods.before_period = beginnings.period
left join years
    on
        periods.project_key = years.project_key
        and periods.year = years.year
