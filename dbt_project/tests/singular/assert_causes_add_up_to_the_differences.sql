-- The parts of every difference add up to it, month by month what the causes explain to ledger less statistics, and no
-- row of the reconciliation is without its cause.
with parts as (
    select
        reconciliation_key,
        sum(amount_wanyuan) as amount_wanyuan
    from {{ ref('fct_fai_difference_cause') }}
    group by reconciliation_key
),

differences as (
    select
        row_key,
        period,
        coalesce(ledger_ytd_wanyuan, 0) - coalesce(statistics_ytd_wanyuan, 0) as gap_wanyuan
    from {{ ref('fct_fai_reconciliation') }}
),

by_class as (
    select
        unit_code,
        period,
        match_class,
        sum(amount_wanyuan) as amount_wanyuan
    from {{ ref('mart_fai_difference_cause') }}
    group by unit_code, period, match_class
    having count(case when is_withheld then 1 end) = 0
)

select
    differences.row_key as what,
    differences.gap_wanyuan as expected_wanyuan,
    parts.amount_wanyuan
from differences
left join parts on differences.row_key = parts.reconciliation_key
where parts.amount_wanyuan is distinct from differences.gap_wanyuan
union all
select
    by_class.unit_code || ' ' || by_class.period || ' ' || by_class.match_class as what,
    coalesce(totals.ledger_ytd_wanyuan, 0) - coalesce(totals.statistics_ytd_wanyuan, 0) as expected_wanyuan,
    by_class.amount_wanyuan
from by_class
inner join {{ ref('mart_fai_reconciliation') }} as totals
    on
        by_class.unit_code = totals.unit_code
        and by_class.period = totals.period
        and by_class.match_class = totals.match_class
where
    not totals.is_withheld
    and by_class.amount_wanyuan <> coalesce(totals.ledger_ytd_wanyuan, 0) - coalesce(totals.statistics_ytd_wanyuan, 0)
