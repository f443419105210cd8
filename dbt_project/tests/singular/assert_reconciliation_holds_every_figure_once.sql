-- Each month's reconciliation adds up to the ledger's figures that take part and to all of the statistics.
with explained as (
    select
        period,
        sum(coalesce(ledger_ytd_wanyuan, 0)) as ledger_ytd_wanyuan,
        sum(coalesce(statistics_ytd_wanyuan, 0)) as statistics_ytd_wanyuan
    from {{ ref('fct_fai_reconciliation') }}
    group by period
),

ledger as (
    select
        period,
        sum(coalesce(ledger_ytd_wanyuan, 0)) as ledger_ytd_wanyuan
    from {{ ref('int_reconciliation__projects') }}
    group by period
),

statistics as (
    select
        period,
        sum(coalesce(ytd_wanyuan, 0)) as statistics_ytd_wanyuan
    from {{ ref('int_reconciliation__records') }}
    group by period
)

select
    explained.period,
    explained.ledger_ytd_wanyuan,
    ledger.ledger_ytd_wanyuan as expected_ledger_ytd_wanyuan,
    explained.statistics_ytd_wanyuan,
    statistics.statistics_ytd_wanyuan as expected_statistics_ytd_wanyuan
from explained
left join ledger on explained.period = ledger.period
left join statistics on explained.period = statistics.period
where
    explained.ledger_ytd_wanyuan <> coalesce(ledger.ledger_ytd_wanyuan, 0)
    or explained.statistics_ytd_wanyuan <> coalesce(statistics.statistics_ytd_wanyuan, 0)
