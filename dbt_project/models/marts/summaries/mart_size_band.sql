with projects as (
    select * from {{ ref('int_projects__periods') }} where period = month_period and not is_package_parent
),

listed as (
    {% for stage in ["'all'", 'status'] %}
    select
        period,
        year,
        {{ stage }} as stage,
        coalesce(size_band, '未填') as size_band,
        total_investment_wanyuan,
        plan_year_wanyuan
    from projects
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

{{ banded_totals('listed', ['period', 'year', 'stage'], ['period', 'stage']) }}
