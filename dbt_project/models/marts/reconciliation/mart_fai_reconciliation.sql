-- A total over one or two statistics records would give a single respondent away: it is withheld, and with it
-- the difference. Where no statistics figure is in the total there is nothing to withhold.
with reconciliation as (
    select * from {{ ref('fct_fai_reconciliation') }}
),

policy as (
    select * from {{ ref('stg_policy') }}
),

totals as (
    select
        coalesce(unit_code, 'unassigned') as unit_code,
        period,
        match_class,
        cast(count(*) as integer) as project_count,
        cast(sum(ledger_ytd_wanyuan) as decimal(18, 4)) as ledger_ytd_wanyuan,
        cast(sum(statistics_ytd_wanyuan) as decimal(18, 4)) as statistics_ytd_wanyuan,
        cast(sum(difference_wanyuan) as decimal(18, 4)) as difference_wanyuan,
        sum(statistics_figure_count) as statistics_figure_count
    from reconciliation
    group by coalesce(unit_code, 'unassigned'), period, match_class
),

judged as (
    select
        totals.*,
        totals.statistics_figure_count > 0
        and totals.statistics_figure_count < policy.minimum_published_count as is_withheld
    from totals
    cross join policy
)

select
    {{ surrogate_key(['unit_code', 'period', 'match_class']) }} as row_key,
    unit_code,
    period,
    match_class,
    project_count,
    ledger_ytd_wanyuan,
    case when not is_withheld then statistics_ytd_wanyuan end as statistics_ytd_wanyuan,
    case when not is_withheld then difference_wanyuan end as difference_wanyuan,
    is_withheld
from judged
