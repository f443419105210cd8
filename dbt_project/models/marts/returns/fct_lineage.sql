-- The cell of every figure that a return tells. What is computed from such figures is named in dim_column_source.
with
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

listed_launches as (
    select * from {{ ref('stg_launch_event') }}
),

-- An event adds up its projects, each as the list accepted last says; it is held on the first day they name.
launches as (
    select
        {{ surrogate_key(['year', 'event_no']) }} as row_key,
        *
    from listed_launches
    qualify
        row_number() over (
            partition by year, event_no, project_name_key
            order by {{ later_accepted_first('listed_launches') }}
        ) = 1
),

launch_days as (
    select *
    from launches
    where held_on is not null
    qualify
        row_number() over (
            partition by row_key
            order by held_on asc nulls last, {{ later_accepted_first('launches') }}
        ) = 1
),

-- Dates of the working ledgers (nodes, notices, issues, meetings), scores of a review, and what a launch adds up.
working_ledgers as (
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
    {{ trace_figures('mart_dispatch', 'mart_dispatch_rows', {
        'held_on': 'held_on',
        'due_on': 'due_on',
        'done_on': 'done_on'
    }) }}
    union all
    {{ trace_figures('mart_site_review', 'mart_site_review_rows', {
        'daily_score': 'daily_score',
        'site_score': 'site_score'
    }) }}
    union all
    {{ trace_figures('mart_launch_event', 'launches', {
        'total_investment_wanyuan': 'total_investment_wanyuan',
        'plan_year_wanyuan': 'plan_year_wanyuan'
    }) }}
    union all
    {{ trace_figures('mart_launch_event', 'launch_days', {'held_on': 'held_on'}) }}
),

traced as (
    select * from {{ ref('int_lineage__projects') }}
    union all
    select * from {{ ref('int_lineage__indicators') }}
    union all
    select * from {{ ref('int_lineage__lifecycle') }}
    union all
    select * from working_ledgers
),

located as (
    {{ located_cells('traced', is_open=true) }}
),

-- A launch adds up the cells of its projects.
gathered as (
    {{ gathered_cells('located', "table_name = 'mart_launch_event'") }}
)

select * from located
where table_name <> 'mart_launch_event'
union all
select * from gathered
