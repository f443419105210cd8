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
    where is_in_force
),

{% for table, rows in {
    'mart_node_progress': 'stg_node_plan_versions',
    'mart_issue_ledger': 'stg_issue_ledger_versions',
    'mart_dispatch': 'stg_dispatch_record_versions',
    'mart_site_review': 'stg_site_review'
}.items() %}
{{ table }}_rows as (
    select
        ledgers.row_key,
        listed.*
    from {{ ref(table) }} as ledgers
    inner join {{ ref(rows) }} as listed
        on
            ledgers.receipt_id = listed.receipt_id
            and ledgers.sheet = listed.sheet
            and ledgers.row_number = listed.row_number
),
{% endfor %}

-- The day of a meeting that is merged over its items is written beside the first of them.
meeting_days as (
    select
        items.row_key,
        items.held_on,
        items.receipt_id,
        items.sheet,
        items.block_no,
        max(cells.row_number) as row_number
    from mart_dispatch_rows as items
    inner join {{ ref('stg_columns') }} as columns
        on
            items.receipt_id = columns.receipt_id
            and items.sheet = columns.sheet
            and items.block_no = columns.block_no
            and columns.field = 'held_on'
    inner join {{ ref('stg_cells') }} as cells
        on
            items.receipt_id = cells.receipt_id
            and items.sheet = cells.sheet
            and columns.column_number = cells.column_number
            and items.row_number >= cells.row_number
    group by items.row_key, items.held_on, items.receipt_id, items.sheet, items.block_no
),

batch_projects as (
    select
        {{ surrogate_key(['cohort_key', 'project_identity']) }} as row_key,
        *
    from {{ ref('int_batches__projects') }}
),

-- A step is dated by a cell, or by the arrival of a list: then its lineage is the row that names the project.
lifecycle_steps as (
    select
        'fct_project_lifecycle' as table_name,
        {{ surrogate_key(['lifecycle_key', 'step']) }} as row_key,
        case
            when source_field in ('project_name', 'investment_ytd_wanyuan') then 'step' else 'reached_on'
        end as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        source_field as field
    from {{ ref('int_lifecycle__steps') }}
    where receipt_id is not null
),

-- A notice's dates stand in the rows by which it was found late and closed, a first promise in the first of the plans.
supervised_rows as (
    select * from {{ ref('int_supervision__standings') }} where is_listed
),

supervised_dates as (
    {% for column, prefix, node_field, issue_field in [
        ('due_on', '', 'planned_date', 'due_on'),
        ('done_on', 'closing_', 'actual_date', 'resolved_on')
    ] %}
    select distinct
        'mart_supervision_notice' as table_name,
        notices.row_key,
        '{{ column }}' as column_name,
        listed.receipt_id,
        listed.sheet,
        listed.block_no,
        listed.row_number,
        case notices.kind
            when 'node' then '{{ node_field }}' when 'issue' then '{{ issue_field }}' else '{{ column }}'
        end as field
    from {{ ref('mart_supervision_notice') }} as notices
    inner join supervised_rows as listed
        on
            notices.kind = listed.kind
            and notices.item_key = listed.item_key
            and {{ 'notices.' ~ prefix ~ 'receipt_id' }} = listed.receipt_id
            and {{ 'notices.' ~ prefix ~ 'sheet' }} = listed.sheet
            and {{ 'notices.' ~ prefix ~ 'row_number' }} = listed.row_number
    where notices.{{ column }} is not null
    union all
    {% endfor %}
    select
        'mart_node_progress' as table_name,
        nodes.row_key,
        'first_planned_date' as column_name,
        listed.receipt_id,
        listed.sheet,
        listed.block_no,
        listed.row_number,
        'planned_date' as field
    from {{ ref('mart_node_progress') }} as nodes
    inner join supervised_rows as listed on nodes.row_key = listed.item_key and listed.kind = 'node'
    qualify row_number() over (partition by nodes.row_key order by listed.known_from asc nulls last) = 1
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
    {{ trace_figures('mart_node_progress', 'mart_node_progress_rows', {
        'planned_date': 'planned_date',
        'actual_date': 'actual_date'
    }) }}
    union all
    select * from supervised_dates
    union all
    {{ trace_figures('mart_issue_ledger', 'mart_issue_ledger_rows', {
        'raised_on': 'raised_on',
        'due_on': 'due_on',
        'resolved_on': 'resolved_on'
    }) }}
    union all
    {{ trace_figures('mart_dispatch', 'meeting_days', {'held_on': 'held_on'}) }}
    union all
    {{ trace_figures('mart_dispatch', 'mart_dispatch_rows', {
        'due_on': 'due_on',
        'done_on': 'done_on'
    }) }}
    union all
    {{ trace_figures('mart_site_review', 'mart_site_review_rows', {
        'daily_score': 'daily_score',
        'site_score': 'site_score'
    }) }}
    union all
    {{ trace_figures('fct_batch_projects', 'batch_projects', {
        'contract_wanyuan': 'contract_wanyuan',
        'signed_on': 'signed_on',
        'fulfilled_on': 'fulfilled_on',
        'started_on': 'started_on',
        'produced_on': 'produced_on',
        'capacity_on': 'capacity_on'
    }) }}
    union all
    select * from lifecycle_steps
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
