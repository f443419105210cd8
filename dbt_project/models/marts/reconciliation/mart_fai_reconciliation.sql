-- A total over one or two respondents would give a single one away: it is withheld, and with it the difference. No sum
-- over classes or units is published that a withheld one could be taken from. Of proposals not every record has a
-- ledger figure beside it: where too few have, or too few have not, the difference would tell what the totals do not.
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
        -- Projects, not records: the records of one project are one respondent's.
        count(case when statistics_figure_count > 0 then 1 end) as figure_count,
        count(case when statistics_figure_count > 0 and difference_wanyuan is not null then 1 end) as difference_count
    from reconciliation
    group by coalesce(unit_code, 'unassigned'), period, match_class
),

judged as (
    select
        totals.*,
        {{ is_total_of_too_few('totals.figure_count') }} as is_withheld,
        {{ is_total_of_too_few('totals.figure_count') }}
        or {{ is_total_of_too_few('totals.difference_count') }}
        or {{ is_total_of_too_few('(totals.figure_count - totals.difference_count)') }} as is_difference_withheld
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
    case when not is_difference_withheld then difference_wanyuan end as difference_wanyuan,
    is_withheld
from judged
