-- Bands of the projects that the year's ledger lists at each month's end, by what they are then, and of the lists of
-- projects in preparation, by the list's year.
with projects as (
    select * from {{ ref('int_projects__periods') }} where period = month_period and not is_package_parent
),

listed as (
    {% for stage in ["'all'", 'status'] %}
    select
        period,
        year,
        {{ stage }} as stage,
        size_band,
        total_investment_wanyuan,
        plan_year_wanyuan
    from projects
    union all
    {% endfor %}
    select
        cast(year as {{ dbt.type_string() }}) as period,
        year,
        'reserve_list' as stage,
        size_band,
        total_investment_wanyuan,
        plan_year_wanyuan
    from {{ ref('fct_reserve_projects') }}
    where is_counted
),

totals as (
    select
        period,
        year,
        stage,
        coalesce(size_band, '未填') as size_band,
        cast(count(*) as integer) as project_count,
        cast(coalesce(sum(total_investment_wanyuan), 0) as decimal(18, 4)) as total_investment_wanyuan,
        cast(coalesce(sum(plan_year_wanyuan), 0) as decimal(18, 4)) as plan_year_wanyuan
    from listed
    group by period, year, stage, coalesce(size_band, '未填')
)

select
    {{ surrogate_key(['totals.period', 'totals.stage', 'totals.size_band']) }} as row_key,
    totals.period,
    totals.year,
    totals.stage,
    totals.size_band,
    size_bands.lower_bound_wanyuan,
    totals.project_count,
    totals.total_investment_wanyuan,
    totals.plan_year_wanyuan,
    {{ rate(
        'totals.project_count',
        'sum(totals.project_count) over (partition by totals.period, totals.stage)'
    ) }} as share_of_count
from totals
left join {{ ref('stg_size_bands') }} as size_bands on totals.size_band = size_bands.size_band
