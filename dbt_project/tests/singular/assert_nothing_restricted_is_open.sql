-- Restricted stays restricted (contract §6.7): of a restricted return the open release knows only that it came.
with restricted as (
    select receipt_id from {{ ref('stg_receipts') }} where is_restricted
),

-- A light says whether a project is entered, never what its statistics record is called or numbered. Looked for are
-- codes and names too long to stand there by chance, and not in what people wrote as the reason of a waiver.
lights_that_quote as (
    select records.receipt_id
    from {{ ref('mart_project_light') }} as lights
    inner join {{ ref('int_reconciliation__pairs') }} as pairs
        on
            lights.project_key = pairs.project_key
            and substring(lights.period, 1, 7) = pairs.period
    inner join {{ ref('int_reconciliation__records') }} as records
        on
            pairs.period = records.period
            and pairs.statistics_code = records.statistics_code
    where
        lights.waiver_reasons is null
        and (
            (length(records.statistics_code) >= 12 and position(records.statistics_code in lights.explanation) > 0)
            or (
                length(records.statistics_name) >= 8
                and records.statistics_name <> lights.project_name
                and position(records.statistics_name in lights.explanation) > 0
            )
        )
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
        'fct_targets' as table_name,
        receipt_id
    from {{ ref('fct_targets') }}
    union all
    select
        'fct_indicator_actuals' as table_name,
        receipt_id
    from {{ ref('fct_indicator_actuals') }}
    union all
    select
        'fct_reserve_projects' as table_name,
        receipt_id
    from {{ ref('fct_reserve_projects') }}
    union all
    select
        'fct_submissions' as table_name,
        receipt_id
    from {{ ref('fct_submissions') }}
    where file_name is not null or refused_because not like '%statistics.duckdb'
    union all
    select
        'mart_project_light' as table_name,
        receipt_id
    from lights_that_quote
)

select open_rows.*
from open_rows
inner join restricted on open_rows.receipt_id = restricted.receipt_id
