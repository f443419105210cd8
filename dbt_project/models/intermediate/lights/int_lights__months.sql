-- How many calendar months the planned start or completion of a project lies back (negative: ahead), one row per
-- project, light period and measure, for what has not happened by the period's end.
{{ config(materialized='view') }}

with projects as (
    select *
    from {{ ref('int_projects__periods') }}
    where is_light_period and not is_reserve
),

months as (
    {% for component, planned, is_done, done_word in [
        ('start', 'planned_start', 'is_started', '开工'),
        ('completion', 'planned_completion', 'is_completed', '竣工')
    ] %}
    select
        period,
        project_key,
        '{{ component }}' as component,
        'months_after_planned_{{ component }}' as measure,
        case
            when not {{ is_done }} then {{ calendar_months_between(planned, 'month_period') }}
        end as months_after,
        '计划{{ done_word }} ' || cast({{ planned }} as {{ dbt.type_string() }}) || '，到 '
        || cast(last_day as {{ dbt.type_string() }}) || ' 未{{ done_word }}' as dates_words,
        '{{ done_word }}' as done_word,
        case
            when {{ is_done }} then '已{{ done_word }}'
            when {{ planned }} is null then '没有计划{{ done_word }}时间'
        end as not_evaluated_because
    from projects
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    period,
    project_key,
    component,
    measure,
    cast(months_after as double) as measure_value,
    dates_words || '，相差 ' || {{ number_words('months_after', 0) }} || ' 个月' as inputs_words,
    replace(
        {{ months_words('未~，超过计划时间', '计划本月~，尚未~', '未~，距计划时间还有', 'months_after') }},
        '~',
        done_word
    ) as finding_words,
    not_evaluated_because
from months
