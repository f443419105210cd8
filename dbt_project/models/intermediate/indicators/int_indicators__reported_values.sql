-- One row per unit, indicator and month: what its provider reported, year-to-date. An indicator without a declared
-- provider takes the later accepted report, whoever sent it.
with reports as (
    select * from {{ ref('stg_indicator_report') }}
),

speaking as (
    {{ speaking_returns('indicator_report', 'reports') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
)

select
    unit_names.unit_code,
    reports.indicator_id,
    reports.month_period as period,
    reports.year,
    reports.reported_value,
    reports.submitter_code,
    reports.receipt_id,
    reports.sheet,
    reports.block_no,
    reports.row_number
from reports
inner join speaking
    on
        reports.receipt_id = speaking.receipt_id
        and reports.indicator_id = speaking.indicator_id
inner join indicators on reports.indicator_id = indicators.indicator_id
inner join unit_names on reports.unit_name_key = unit_names.name_key
where
    reports.reported_value is not null
    and coalesce(indicators.provider_unit_code, reports.submitter_code) = reports.submitter_code
qualify
    row_number() over (
        partition by unit_names.unit_code, reports.indicator_id, reports.month_period
        order by reports.part_of_month desc nulls last, {{ later_accepted_first('reports') }}
    ) = 1
