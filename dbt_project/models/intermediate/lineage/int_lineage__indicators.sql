-- Which row of which return tells each target, each reported figure and each entry of the reserve lists. The field of
-- a cross-table's column is the indicator. A computed figure is made of fct_indicator_contributions, which name their
-- own sources.
{{ config(materialized='view') }}

with target_values as (
    select * from {{ ref('int_indicators__target_values') }}
),

actuals as (
    select
        {{ surrogate_key(['unit_code', 'indicator_id', 'period']) }} as row_key,
        *
    from {{ ref('int_indicators__actuals') }}
),

reported_values as (
    select * from {{ ref('int_indicators__reported_values') }}
),

reserve_entries as (
    select
        {{ surrogate_key(['receipt_id', 'sheet', 'row_number']) }} as row_key,
        *
    from {{ ref('int_reserve__entries') }}
    where is_in_force
)

select
    'fct_targets' as table_name,
    {{ surrogate_key(['unit_code', 'indicator_id', 'year']) }} as row_key,
    'target_value' as column_name,
    receipt_id,
    sheet,
    block_no,
    row_number,
    indicator_id as field
from target_values
union all
select
    'fct_indicator_actuals' as table_name,
    actuals.row_key,
    case actuals.source when 'reported' then 'actual_value' else 'reported_value' end as column_name,
    reported_values.receipt_id,
    reported_values.sheet,
    reported_values.block_no,
    reported_values.row_number,
    reported_values.indicator_id as field
from actuals
inner join reported_values
    on
        actuals.unit_code = reported_values.unit_code
        and actuals.indicator_id = reported_values.indicator_id
        and actuals.period = reported_values.period
union all
{{ trace_figures('fct_reserve_projects', 'reserve_entries', {
    'total_investment_wanyuan': 'total_investment_wanyuan',
    'plan_year_wanyuan': 'plan_year_wanyuan'
}) }}
