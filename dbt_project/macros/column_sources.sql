{#-
    What the published columns without a cell of their own are made of: {table: {column: [source columns]}}.
    A source of another table is written table.column and has the same row key there. What a row's own cells are is
    the business of the int_lineage models.
-#}
{% macro computed_columns() -%}
    {{ return({
        'fct_investment': {
            'completion_rate': ['investment_ytd_wanyuan', 'plan_year_wanyuan'],
            'progress_gap_pp': ['investment_ytd_wanyuan', 'plan_year_wanyuan'],
            'funds_in_place_rate': ['funds_in_place_wanyuan', 'plan_year_wanyuan'],
            'funds_in_place_rate_on_total': ['funds_in_place_wanyuan', 'total_investment_wanyuan']
        },
        'fct_starts': {
            'start_period': ['start_date'],
            'days_late': ['planned_start', 'start_date'],
            'size_band': ['total_investment_wanyuan']
        },
        'fct_completions': {
            'completion_period': ['completion_date'],
            'days_late': ['planned_completion', 'completion_date'],
            'size_band': ['total_investment_wanyuan']
        },
        'dim_project': {'size_band': ['total_investment_wanyuan']},
        'fct_reserve_projects': {'size_band': ['total_investment_wanyuan']},
        'fct_indicator_actuals': {'reported_value': ['actual_value']},
        'fct_batch_projects': {
            'stage_since': ['signed_on', 'fulfilled_on', 'started_on', 'produced_on', 'capacity_on'],
            'stage': ['signed_on', 'fulfilled_on', 'started_on', 'produced_on', 'capacity_on']
        },
        'fct_project_lifecycle': {'reached_on': ['step']},
        'mart_issue_ledger': {
            'closed_on': ['resolved_on'],
            'age_days': ['raised_on', 'resolved_on'],
            'days_overdue': ['due_on', 'resolved_on']
        },
        'mart_node_progress': {
            'remind_from': ['planned_date'],
            'days_overdue': ['planned_date', 'actual_date'],
            'days_postponed': ['first_planned_date', 'planned_date']
        },
        'mart_dispatch': {'days_overdue': ['due_on', 'done_on']},
        'mart_supervision_notice': {'days_overdue': ['due_on', 'done_on']},
        'mart_site_review': {'total_score': ['daily_score', 'site_score']},
        'mart_project_light': {
            'measure_value': ['fct_investment.investment_ytd_wanyuan', 'fct_investment.plan_year_wanyuan'],
            'progress_value': ['fct_investment.investment_ytd_wanyuan', 'fct_investment.plan_year_wanyuan']
        },
        'fct_fai_reconciliation': {
            'difference_wanyuan': ['ledger_ytd_wanyuan', 'statistics_ytd_wanyuan'],
            'difference_rate': ['ledger_ytd_wanyuan', 'statistics_ytd_wanyuan']
        }
    }) }}
{%- endmacro %}

{#-
    Why a published amount, rate or date has no cell, and where to look instead: {table: {column: note}}. The column
    * stands for all columns of the table that computed_columns does not name.
-#}
{% macro columns_without_cell() -%}
    {% set decision = '人的决定，见本行。 Decided by people, as the row says.' %}
    {% set summary = '由各行相加或计算，逐行看所汇总的表。 Sum or rate over the rows of a fact; look at those rows.' %}
    {% set scored = '用 marts.scorecard_cells 查到单元格。 See marts.scorecard_cells for its cells.' %}
    {% set by_loads = '由装载的时间定。 Set by the days of the loads.' %}
    {% set parts = '用 marts.lineage 查 fct_fai_reconciliation 的同一项目同一月。 See the same project and month in fct_fai_reconciliation.' %}
    {{ return({
        'dim_project': {'lifecycle_since': '见 fct_project_lifecycle 的当前步骤。 See the current step in fct_project_lifecycle.'},
        'fct_investment': {'time_progress_rate': '由日历或分月计划推算。 From the calendar or the phased plan.'},
        'fct_indicator_contributions': {
            'counted_value': '本行的 source_ 各列指明出处。 Its source_ columns name the row it comes from.',
            'total_investment_wanyuan': '本行的 source_ 各列指明出处。 Its source_ columns name the row it comes from.',
            'event_date': '本行的 source_ 各列指明出处。 Its source_ columns name the row it comes from.',
            'size_weight': '由规模权重表定。 From the size weights in force.'
        },
        'mart_node_progress': {'dropped_on': '清单不再列出它的那天。 The day a list stopped naming it.'},
        'mart_supervision_notice': {
            'issued_on': by_loads,
            'last_reminded_on': by_loads,
            'next_reminder_on': by_loads,
            'closed_on': by_loads
        },
        'fct_fai_reconciliation': {'match_score': '名称相似度。 Likeness of the names.'},
        'fct_findings': {'*': decision},
        'fct_waivers': {'*': decision},
        'fct_lineage': {'*': decision},
        'mart_scorecard': {'*': scored},
        'mart_ranking': {'*': '用 marts.ranking_cells 查到单元格。 See marts.ranking_cells for its cells.'},
        'mart_award': {'*': '用 marts.ranking_cells 查到单元格。 See marts.ranking_cells for its cells.'},
        'mart_indicator_progress': {'*': scored},
        'mart_project_light': {'*': '逐项见 explanation。 Component by component, see explanation.'},
        'mart_investment_period': {'*': '用 marts.investment_cells 查到单元格。 See marts.investment_cells for its cells.'},
        'mart_progress_summary': {'*': '用 marts.investment_cells 查到单元格。 See marts.investment_cells for its cells.'},
        'mart_issue_period': {'*': '见 mart_issue_ledger 的同一问题。 See the same issue in mart_issue_ledger.'},
        'mart_three_batches': {'*': '见 fct_batch_projects 的同一期。 See the same cohort in fct_batch_projects.'},
        'mart_period_summary': {'*': summary},
        'mart_size_band': {'*': summary},
        'mart_reserve_size_band': {'*': summary},
        'mart_reserve_conversion': {'*': summary},
        'mart_compliance_summary': {'*': summary},
        'mart_reporting_compliance': {'*': '由报送计划和日历推算。 From the reporting plan and the calendar.'},
        'mart_fai_entry_rate': {'*': summary},
        'mart_fai_reconciliation': {'*': summary},
        'mart_fai_difference_cause': {'*': summary},
        'mart_entry_gap': {'*': '见 dim_project 的同一项目。 See the same project in dim_project.'},
        'fct_fai_difference_cause': {'*': parts},
        'fct_revisions': {'*': '本行写明前后两份报表和单元格。 The row itself names both returns and their cells.'},
        'mart_revision_summary': {'*': '逐行看 fct_revisions。 Look at the rows of fct_revisions.'}
    }) }}
{%- endmacro %}

{#- Which rows have a cell for a column that others compute, or for a sum that may be of nothing. -#}
{% macro rows_with_cell() -%}
    {{ return({
        'fct_indicator_actuals': {
            'actual_value': "source = 'reported'",
            'reported_value': "source <> 'reported'"
        },
        'fct_project_lifecycle': {'reached_on': "source_field not in ('project_name', 'investment_ytd_wanyuan')"},
        'mart_launch_event': {
            'total_investment_wanyuan': 'total_investment_wanyuan <> 0',
            'plan_year_wanyuan': 'plan_year_wanyuan <> 0'
        }
    }) }}
{%- endmacro %}

{#- The tables whose cells are told in statistics.duckdb. -#}
{% macro restricted_tables() -%}
    {{ return(['fct_fai_reconciliation', 'fct_fai_difference_cause']) }}
{%- endmacro %}

{#- One row per column and source, or per column without a cell; of the restricted tables or of all others. -#}
{% macro column_sources(computed, excused, restricted, is_restricted) -%}
    {% set rows = [] %}
    {% for table, columns in computed.items() if (table in restricted) == is_restricted %}
        {% for column, sources in columns.items() %}
            {% for source in sources %}
                {% set parts = source.split('.') if '.' in source else [table, source] %}
                {% do rows.append([table, column, parts[0], parts[1], none]) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {% for table, columns in excused.items() if (table in restricted) == is_restricted %}
        {% for column, note in columns.items() %}
            {% do rows.append([table, column, none, none, note]) %}
        {% endfor %}
    {% endfor %}
    with sources as (
        {% for row in rows %}
        select
            '{{ row[0] }}' as table_name,
            '{{ row[1] }}' as column_name,
            {{ "'" ~ row[2] ~ "'" if row[2] else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_table,
            {{ "'" ~ row[3] ~ "'" if row[3] else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as source_column,
            {{ "'" ~ row[4] ~ "'" if row[4] else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as note
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    )

    select
        {{ surrogate_key(['table_name', 'column_name', 'source_table', 'source_column']) }} as row_key,
        table_name,
        column_name,
        source_table,
        source_column,
        note
    from sources
{%- endmacro %}

{#-
    The amounts, rates and dates of the published facts that must have a cell: [{table, column, key, relation, rows}],
    read from the contracts in the project's graph. rows: the condition of those that have one.
-#}
{% macro figures_with_cell() -%}
    {% set figures = [] %}
    {% set nodes = graph.nodes.values() if execute else [] %}
    {% for node in nodes if node.resource_type == 'model' and node.fqn[1] == 'marts' %}
        {% set table = node.alias %}
        {% set is_fact = table == 'dim_project' or table.startswith('fct_') or table.startswith('mart_') %}
        {% set computed = computed_columns().get(table, {}) %}
        {% set excused = columns_without_cell().get(table, {}) %}
        {% set conditions = rows_with_cell().get(table, {}) %}
        {% if is_fact and not table.endswith('_vintages') and '*' not in excused %}
            {% for name, column in node.columns.items() if is_figure(column.data_type or '') %}
                {% if name not in excused and (name in conditions or name not in computed) %}
                    {% set known = ['receipt_id is not null'] if 'receipt_id' in node.columns else [] %}
                    {% do figures.append({
                        'table': table,
                        'column': name,
                        'key': 'project_key' if table == 'dim_project' else 'row_key',
                        'relation': node.relation_name,
                        'rows': ([name ~ ' is not null'] + known + ([conditions[name]] if name in conditions else []))
                            | join(' and ')
                    }) %}
                {% endif %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {{ return(figures) }}
{%- endmacro %}

{% macro is_figure(data_type) -%}
    {% set plain = data_type | lower %}
    {{ return(plain.startswith('decimal') or plain.startswith('double') or plain == 'date') }}
{%- endmacro %}
