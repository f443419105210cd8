{#-
    One row per project that reached an event, with what the ledger of that year planned.

    event: start or completion; further_columns: what else is told of it.
-#}
{% macro reached_milestones(event, further_columns=[]) -%}
    with milestones as (
        select * from {{ ref('int_projects__milestones') }}
    ),

    years as (
        select * from {{ ref('int_projects__years') }}
    ),

    -- A project that the latest ledger still keeps in reserve has not started, whatever date was written.
    not_in_reserve as (
        select project_key
        from years
        where is_latest_year and not is_reserve
    ),

    reached as (
        select milestones.*
        from milestones
        inner join not_in_reserve on milestones.project_key = not_in_reserve.project_key
        where milestones.{{ event }}_date is not null
    ),

    -- The ledger of the year in which it was reached says what was planned; without one, the latest ledger does.
    with_ledger as (
        select
            reached.project_key,
            reached.reported_{{ event }},
            reached.verified_{{ event }},
            reached.{{ event }}_date,
            {% for column in further_columns %}
            reached.{{ column }},
            {% endfor %}
            years.unit_code,
            years.planned_{{ event }},
            years.total_investment_wanyuan,
            years.size_band,
            years.is_package_parent,
            years.year as ledger_year,
            reached.is_{{ event }}_corrected
            or years.is_planned_{{ event }}_corrected
            or years.is_total_corrected as is_corrected
        from reached
        inner join years on reached.project_key = years.project_key
        qualify
            row_number() over (
                partition by reached.project_key
                order by
                    case when years.year = extract(year from reached.{{ event }}_date) then 0 else 1 end asc nulls last,
                    years.year desc nulls last
            ) = 1
    )

    select
        project_key,
        unit_code,
        planned_{{ event }},
        reported_{{ event }},
        verified_{{ event }},
        {{ event }}_date,
        {% for column in further_columns %}
        {{ column }},
        {% endfor %}
        {{ month_of_date(event ~ '_date') }} as {{ event }}_period,
        {{ days_between('planned_' ~ event, event ~ '_date') }} as days_late,
        verified_{{ event }} is not null as is_verified,
        total_investment_wanyuan,
        size_band,
        is_package_parent,
        case when is_corrected then 'corrected' else 'submitted' end as value_status,
        ledger_year
    from with_ledger
{%- endmacro %}
