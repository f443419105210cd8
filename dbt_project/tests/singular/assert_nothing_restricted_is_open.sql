-- Restricted stays restricted (contract §6.7): of a restricted return the open release knows only that it came.
with restricted as (
    select receipt_id from {{ ref('stg_receipts') }} where is_restricted
),

open_rows as (
    select
        'fct_findings' as table_name,
        receipt_id
    from {{ ref('fct_findings') }}
    union all
    select
        'fct_row_accounting' as table_name,
        receipt_id
    from {{ ref('fct_row_accounting') }}
    union all
    select
        'fct_lineage' as table_name,
        receipt_id
    from {{ ref('fct_lineage') }}
    union all
    select
        'fct_investment' as table_name,
        receipt_id
    from {{ ref('fct_investment') }}
    union all
    select
        'fct_rule_outcomes' as table_name,
        receipt_id
    from {{ ref('fct_rule_outcomes') }}
    union all
    select
        'fct_corrections' as table_name,
        receipt_id
    from {{ ref('fct_corrections') }}
    union all
    select
        'fct_submissions' as table_name,
        receipt_id
    from {{ ref('fct_submissions') }}
    where file_name is not null or refused_because not like '%statistics.duckdb'
)

select open_rows.*
from open_rows
inner join restricted on open_rows.receipt_id = restricted.receipt_id
