{#-
    What a correction may change, by form: {field: kind}. Kinds are money, date and text; values are compared and
    kept as text (万元 without needless zeros, ISO days). pipelines.declarations.decision_checks accepts
    corrections of exactly these fields; a test compares the two lists.
-#}
{% macro correctable_columns(form_id) -%}
    {% set columns = {
        'project_ledger': {
            'tier': 'text',
            'category': 'text',
            'ledger_nature': 'text',
            'construction_content': 'text',
            'industry_code': 'text',
            'township': 'text',
            'build_years': 'text',
            'support_department': 'text',
            'owner_uscc': 'text',
            'total_investment_wanyuan': 'money',
            'cumulative_prior_wanyuan': 'money',
            'plan_year_wanyuan': 'money',
            'planned_start': 'date',
            'planned_completion': 'date'
        },
        'progress_report': {
            'physical_progress': 'text',
            'is_in_statistics': 'text',
            'problems': 'text',
            'next_steps': 'text',
            'investment_month_wanyuan': 'money',
            'investment_ytd_wanyuan': 'money',
            'investment_cumulative_wanyuan': 'money',
            'funds_in_place_wanyuan': 'money',
            'actual_start': 'date',
            'actual_completion': 'date',
            'production_date': 'date',
            'resumed_on': 'date'
        },
        'start_completion_register': {
            'evidence': 'text',
            'launch_event': 'text',
            'verified_start': 'date',
            'verified_completion': 'date'
        }
    } %}
    {{ return(columns[form_id]) }}
{%- endmacro %}

{#- The fields a cell is traced from that hold words, neither money nor date: a name, and what a correction may change. -#}
{% macro fields_of_words() -%}
    {%- set fields = ['project_name'] -%}
    {%- for form_id in ['project_ledger', 'progress_report', 'start_completion_register'] -%}
        {%- for field, kind in correctable_columns(form_id).items() if kind == 'text' -%}
            {%- do fields.append(field) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}

{#- The text a value is compared by: 320.0000 is 320, 2019-06-01 is itself, blank is NULL. -#}
{% macro value_text(column, kind) -%}
    {%- if kind == 'money' -%}
        trim(trailing '.' from trim(trailing '0' from cast({{ column }} as {{ dbt.type_string() }})))
    {%- elif kind == 'date' -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- else -%}
        nullif(trim({{ column }}), '')
    {%- endif -%}
{%- endmacro %}

{#- The rows that the corrections of one form may mean, by code and by name, with the value that stands there. -#}
{% macro correction_candidates(form_id, columns, rows, period) -%}
    select
        corrections.correction_no,
        rows.receipt_id,
        rows.sheet,
        rows.block_no,
        rows.row_number,
        coalesce(corrections.project_code = rows.project_code, false) as is_same_code,
        case corrections.field
            {% for field, kind in columns.items() %}
            when '{{ field }}' then {{ value_text('rows.' ~ field, kind) }}
            {% endfor %}
        end as value_found
    from {{ ref('stg_corrections') }} as corrections
    inner join {{ rows }} as rows
        on
            corrections.unit_code = rows.submitter_code
            and corrections.period = {{ period }}
            and (
                corrections.project_code = rows.project_code
                or corrections.project_name_key = rows.project_name_key
            )
    where corrections.form_id = '{{ form_id }}'
{%- endmacro %}

{#-
    The rows of one form with the corrections that apply: `kept` columns as they are, a corrected value in place
    of the submitted one, the submitted amounts beside as submitted_…, and which fields were corrected.
-#}
{% macro corrected_rows(form_id, columns, rows, kept) -%}
    with submitted as (
        select * from {{ rows }}
    ),

    applied as (
        select
            receipt_id,
            sheet,
            row_number,
            {% for field in columns %}
            max(case when field = '{{ field }}' then new_value end) as new_{{ field }},
            count(case when field = '{{ field }}' then correction_no end) > 0 as is_{{ field }},
            {% endfor %}
            {{ dbt.listagg('field', "','", 'order by field') }} as corrected_fields
        from {{ ref('int_corrections__matches') }}
        where form_id = '{{ form_id }}' and match_status = 'applied'
        group by receipt_id, sheet, row_number
    )

    select
        {% for column in kept %}
        submitted.{{ column }},
        {% endfor %}
        {% for field, kind in columns.items() %}
        case
            when applied.is_{{ field }}
                then {{ 'applied.new_' ~ field if kind == 'text' else
                    'cast(applied.new_' ~ field ~ ' as ' ~ ('decimal(18, 4)' if kind == 'money' else 'date') ~ ')' }}
            else submitted.{{ field }}
        end as {{ field }},
        {% if kind == 'money' %}
        submitted.{{ field }} as submitted_{{ field }},
        {% endif %}
        {% endfor %}
        applied.corrected_fields,
        applied.corrected_fields is not null as is_corrected
    from submitted
    left join applied
        on
            submitted.receipt_id = applied.receipt_id
            and submitted.sheet = applied.sheet
            and submitted.row_number = applied.row_number
{%- endmacro %}

{#- Whether one of these fields is among the corrected ones of a row; a list without corrections is NULL. -#}
{% macro any_corrected(corrected_fields, fields) -%}
    (
        {%- for field in fields %}
        position(',{{ field }},' in ',' || coalesce({{ corrected_fields }}, '') || ',') > 0
        {%- if not loop.last %} or{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- What was done to a cell, with the correction of its value at the end (contract §6.2: side by side). -#}
{% macro steps_with_correction(steps, corrections) -%}
    case
        when {{ corrections }}.correction_no is null then {{ steps }}
        else
            coalesce({{ steps }} || '；', '')
            || '更正：' || coalesce({{ corrections }}.value_found, '空')
            || '→' || coalesce({{ corrections }}.new_value, '空')
            || '（' || {{ corrections }}.reason || '；' || {{ corrections }}.decided_by || '）'
    end
{%- endmacro %}
