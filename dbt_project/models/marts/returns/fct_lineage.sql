with investment_reports as (
    select
        {{ surrogate_key(['project_key', 'period']) }} as row_key,
        *
    from {{ ref('int_investment__months') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

investment_ledgers as (
    select
        reports.row_key,
        years.plan_year_wanyuan,
        years.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from investment_reports as reports
    inner join years on reports.project_key = years.project_key and reports.year = years.year
),

dates as (
    select
        {{ surrogate_key(['project_key']) }} as row_key,
        *
    from {{ ref('int_projects__dates') }}
),

-- The date that stands is the verified one where there is one.
start_dates as (
    select
        *,
        date_value as start_date
    from dates
    where date_kind in ('verified_start', 'reported_start')
    qualify row_number() over (partition by row_key order by date_kind desc nulls last) = 1
),

completion_dates as (
    select
        *,
        date_value as completion_date
    from dates
    where date_kind in ('verified_completion', 'reported_completion')
    qualify row_number() over (partition by row_key order by date_kind desc nulls last) = 1
),

starts as (
    select
        starts.row_key,
        starts.planned_start,
        starts.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from {{ ref('fct_starts') }} as starts
    inner join years on starts.project_key = years.project_key and starts.ledger_year = years.year
),

completions as (
    select
        completions.row_key,
        completions.planned_completion,
        completions.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from {{ ref('fct_completions') }} as completions
    inner join years on completions.project_key = years.project_key and completions.ledger_year = years.year
),

date_figures as (
    select
        case
            when date_kind in ('verified_start', 'reported_start') then 'fct_starts'
            else 'fct_completions'
        end as table_name,
        row_key,
        date_kind as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        case date_kind
            when 'reported_start' then 'actual_start'
            when 'reported_completion' then 'actual_completion'
            else date_kind
        end as field
    from dates
    union all
    select
        'fct_starts' as table_name,
        row_key,
        'start_date' as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        case date_kind when 'reported_start' then 'actual_start' else date_kind end as field
    from start_dates
    union all
    select
        'fct_completions' as table_name,
        row_key,
        'completion_date' as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        case date_kind when 'reported_completion' then 'actual_completion' else date_kind end as field
    from completion_dates
),

-- The field of a cross-table's column is the indicator.
indicator_figures as (
    select
        'fct_targets' as table_name,
        {{ surrogate_key(['unit_code', 'indicator_id', 'year']) }} as row_key,
        'target_value' as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        indicator_id as field
    from {{ ref('int_indicators__target_values') }}
    union all
    select
        'fct_indicator_actuals' as table_name,
        actuals.row_key,
        case actuals.source when 'reported' then 'actual_value' else 'reported_value' end as column_name,
        reported.receipt_id,
        reported.sheet,
        reported.block_no,
        reported.row_number,
        reported.indicator_id as field
    from {{ ref('fct_indicator_actuals') }} as actuals
    inner join {{ ref('int_indicators__reported_values') }} as reported
        on
            actuals.unit_code = reported.unit_code
            and actuals.indicator_id = reported.indicator_id
            and actuals.period = reported.period
),

reserve_entries as (
    select
        {{ surrogate_key(['receipt_id', 'sheet', 'row_number']) }} as row_key,
        *
    from {{ ref('int_reserve__entries') }}
),

fact_rows as (
    select
        'fct_starts' as table_name,
        row_key
    from {{ ref('fct_starts') }}
    union all
    select
        'fct_completions' as table_name,
        row_key
    from {{ ref('fct_completions') }}
),

traced as (
    {{ trace_figures('fct_investment', 'investment_reports', {
        'investment_month_wanyuan': 'investment_month_wanyuan',
        'investment_ytd_wanyuan': 'investment_ytd_wanyuan',
        'investment_cumulative_wanyuan': 'investment_cumulative_wanyuan',
        'funds_in_place_wanyuan': 'funds_in_place_wanyuan'
    }) }}
    union all
    {{ trace_figures('fct_investment', 'investment_ledgers', {
        'plan_year_wanyuan': 'plan_year_wanyuan',
        'total_investment_wanyuan': 'total_investment_wanyuan'
    }) }}
    union all
    {{ trace_figures('fct_starts', 'starts', {
        'planned_start': 'planned_start',
        'total_investment_wanyuan': 'total_investment_wanyuan'
    }) }}
    union all
    {{ trace_figures('fct_completions', 'completions', {
        'planned_completion': 'planned_completion',
        'total_investment_wanyuan': 'total_investment_wanyuan'
    }) }}
    union all
    {{ trace_figures('fct_reserve_projects', 'reserve_entries', {
        'total_investment_wanyuan': 'total_investment_wanyuan',
        'plan_year_wanyuan': 'plan_year_wanyuan'
    }) }}
    union all
    select * from indicator_figures
    union all
    select date_figures.*
    from date_figures
    inner join fact_rows
        on date_figures.table_name = fact_rows.table_name and date_figures.row_key = fact_rows.row_key
),

located as (
    {{ located_cells('traced') }}
)

select * from located
