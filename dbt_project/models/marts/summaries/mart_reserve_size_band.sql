with listed as (
    select
        year,
        coalesce(size_band, '未填') as size_band,
        total_investment_wanyuan,
        plan_year_wanyuan
    from {{ ref('int_reserve__entries') }}
    where is_counted
)

{{ banded_totals('listed', ['year'], ['year']) }}
