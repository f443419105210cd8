-- One row per unit, indicator and month: what was achieved since 1 January. A computed figure is always a number, 0
-- where nothing counts; what its provider reports stands beside it. A reported figure is there only where it was
-- reported.
with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

contributions as (
    select * from {{ ref('int_indicators__contributions') }}
),

reported as (
    select * from {{ ref('int_indicators__reported_values') }}
),

units as (
    select unit_code from {{ ref('stg_units') }} where assessed
    union
    select unit_code from {{ ref('int_indicators__target_values') }}
    union
    select unit_code from {{ ref('int_projects__years') }}
    union
    select unit_code from contributions
),

totals as (
    select
        unit_code,
        indicator_id,
        period,
        sum(counted_value) as counted_total,
        count(*) as project_count
    from contributions
    group by unit_code, indicator_id, period
),

reports_in_sums as (
    select
        unit_code,
        indicator_id,
        period,
        count(case when is_reported then 1 end) as reported_count,
        count(case when investment_ytd_wanyuan is null then 1 end) as missing_count
    from {{ ref('int_indicators__invested_projects') }}
    group by unit_code, indicator_id, period
),

computed as (
    select
        units.unit_code,
        indicators.indicator_id,
        indicators.measure_unit,
        indicators.source,
        months.period,
        months.year,
        cast(coalesce(totals.counted_total, 0) as decimal(18, 4)) as actual_value,
        cast(coalesce(totals.project_count, 0) as integer) as project_count,
        case
            when indicators.measure = 'sum_investment'
                then cast(coalesce(reports_in_sums.reported_count, 0) as integer)
        end as reported_count,
        case
            when indicators.measure = 'sum_investment'
                then cast(coalesce(reports_in_sums.missing_count, 0) as integer)
        end as missing_count,
        reported.reported_value,
        reported.submitter_code,
        reported.receipt_id,
        reported.sheet,
        reported.row_number
    from units
    cross join months
    inner join indicators on indicators.source = 'computed'
    left join totals
        on
            units.unit_code = totals.unit_code
            and indicators.indicator_id = totals.indicator_id
            and months.period = totals.period
    left join reports_in_sums
        on
            units.unit_code = reports_in_sums.unit_code
            and indicators.indicator_id = reports_in_sums.indicator_id
            and months.period = reports_in_sums.period
    left join reported
        on
            units.unit_code = reported.unit_code
            and indicators.indicator_id = reported.indicator_id
            and months.period = reported.period
),

provided as (
    select
        reported.unit_code,
        reported.indicator_id,
        indicators.measure_unit,
        indicators.source,
        reported.period,
        reported.year,
        reported.reported_value as actual_value,
        cast(null as integer) as project_count,
        cast(null as integer) as reported_count,
        cast(null as integer) as missing_count,
        reported.reported_value,
        reported.submitter_code,
        reported.receipt_id,
        reported.sheet,
        reported.row_number
    from reported
    inner join indicators
        on
            reported.indicator_id = indicators.indicator_id
            and indicators.source = 'reported'
)

select * from computed
union all
select * from provided
