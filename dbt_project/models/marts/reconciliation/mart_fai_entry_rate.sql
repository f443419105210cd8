with reconciliation as (
    select * from {{ ref('fct_fai_reconciliation') }} where project_key is not null
),

counted as (
    select
        unit_code,
        period,
        cast(count(case when is_due_for_entry then 1 end) as integer) as due_count,
        cast(count(case when is_entered then 1 end) as integer) as entered_count,
        cast(
            coalesce(sum(case when is_due_for_entry then total_investment_wanyuan end), 0) as decimal(18, 4)
        ) as due_wanyuan,
        cast(
            coalesce(sum(case when is_entered then total_investment_wanyuan end), 0) as decimal(18, 4)
        ) as entered_wanyuan
    from reconciliation
    group by unit_code, period
)

select
    {{ surrogate_key(['unit_code', 'period']) }} as row_key,
    unit_code,
    period,
    due_count,
    entered_count,
    {{ rate('entered_count', 'due_count') }} as entry_rate_by_count,
    due_wanyuan,
    entered_wanyuan,
    {{ rate('entered_wanyuan', 'due_wanyuan') }} as entry_rate_by_amount
from counted
