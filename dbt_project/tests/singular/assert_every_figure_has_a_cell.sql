-- Every figure can be traced (contract §6.3). A figure whose column was not found again is shown here, and one without
-- any lineage; one that a correction put where nothing was submitted has no text.
{{ config(severity='warn') }}

with traced as (
    select
        table_name,
        row_key,
        column_name,
        cell,
        raw_text,
        steps
    from {{ ref('fct_lineage') }}
    union all
    select
        table_name,
        row_key,
        column_name,
        cell,
        raw_text,
        steps
    from {{ ref('fct_lineage_restricted') }}
),

figures as (
    select
        'fct_targets' as table_name,
        row_key,
        'target_value' as column_name
    from {{ ref('fct_targets') }}
    union all
    select
        'fct_indicator_actuals' as table_name,
        row_key,
        case source when 'reported' then 'actual_value' else 'reported_value' end as column_name
    from {{ ref('fct_indicator_actuals') }}
    where reported_value is not null
    {% for column in ['total_investment_wanyuan', 'plan_year_wanyuan'] %}
    union all
    select
        'fct_reserve_projects' as table_name,
        row_key,
        '{{ column }}' as column_name
    from {{ ref('fct_reserve_projects') }}
    where {{ column }} is not null
    {% endfor %}
    {% for table, columns in {
        'mart_node_progress': ['planned_date', 'actual_date', 'first_planned_date'],
        'mart_supervision_notice': ['due_on', 'done_on'],
        'fct_batch_projects': [
            'contract_wanyuan', 'signed_on', 'fulfilled_on', 'started_on', 'produced_on', 'capacity_on'
        ],
        'mart_issue_ledger': ['raised_on', 'due_on', 'resolved_on'],
        'mart_dispatch': ['held_on', 'due_on', 'done_on'],
        'mart_site_review': ['daily_score', 'site_score']
    }.items() %}
    {% for column in columns %}
    union all
    select
        '{{ table }}' as table_name,
        row_key,
        '{{ column }}' as column_name
    from {{ ref(table) }}
    where {{ column }} is not null and receipt_id is not null
    {% endfor %}
    {% endfor %}
)

select
    table_name,
    row_key,
    column_name
from traced
where (cell is null or raw_text is null) and coalesce(steps, '') not like '%更正：%'
union all
select
    figures.table_name,
    figures.row_key,
    figures.column_name
from figures
left join traced
    on
        figures.table_name = traced.table_name
        and figures.row_key = traced.row_key
        and figures.column_name = traced.column_name
where traced.row_key is null
