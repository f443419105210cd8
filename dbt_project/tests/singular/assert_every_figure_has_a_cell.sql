-- Every figure can be traced (contract §6.3): each amount, rate and date that the contracts of the facts promise has a
-- cell, unless column_sources says what it is computed from or why it has none. Shown here is a figure without
-- lineage, one whose column was not found again, and a contribution whose source has no cell. A figure that a
-- correction put where nothing was submitted has no text.
{{ config(severity='warn') }}
{#- What is read through the project's graph, and of which dbt knows by these lines alone. -#}
-- depends_on: {{ ref('fct_indicator_contributions') }}
-- depends_on: {{ ref('mart_launch_event') }}
-- depends_on: {{ ref('mart_node_progress') }}
-- depends_on: {{ ref('mart_issue_ledger') }}
-- depends_on: {{ ref('mart_supervision_notice') }}
-- depends_on: {{ ref('mart_dispatch') }}
-- depends_on: {{ ref('mart_site_review') }}
-- depends_on: {{ ref('fct_fai_reconciliation') }}
-- depends_on: {{ ref('dim_project') }}
-- depends_on: {{ ref('fct_investment') }}
-- depends_on: {{ ref('fct_starts') }}
-- depends_on: {{ ref('fct_completions') }}
-- depends_on: {{ ref('fct_targets') }}
-- depends_on: {{ ref('fct_indicator_actuals') }}
-- depends_on: {{ ref('fct_reserve_projects') }}
-- depends_on: {{ ref('fct_batch_projects') }}
-- depends_on: {{ ref('fct_project_lifecycle') }}

with traced as (
    select
        table_name,
        row_key,
        column_name,
        cell,
        raw_text,
        corrected_value
    from {{ ref('fct_lineage') }}
    union all
    select
        table_name,
        row_key,
        column_name,
        cell,
        raw_text,
        corrected_value
    from {{ ref('fct_lineage_restricted') }}
),

figures as (
    {% for figure in figures_with_cell() %}
    select
        '{{ figure.table }}' as table_name,
        {{ figure.key }} as row_key,
        '{{ figure.column }}' as column_name
    from {{ figure.relation }}
    where {{ figure.rows }}
    union all
    {% endfor %}
    select
        source_table as table_name,
        source_row_key as row_key,
        source_column as column_name
    from {{ ref('fct_indicator_contributions') }}
)

select
    table_name,
    row_key,
    column_name
from traced
where (cell is null or raw_text is null) and corrected_value is null
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
