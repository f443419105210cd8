{#- What a project is (contract §7, Facts): completed outranks exited, reserve is never started. -#}
{% macro project_status(is_reserve, is_completed, is_started, is_exited='false') -%}
    case
        when {{ is_reserve }} and not {{ is_exited }} then 'reserve'
        when {{ is_completed }} and not {{ is_reserve }} then 'completed'
        when {{ is_exited }} then 'exited'
        when {{ is_started }} then 'under_construction'
        else 'not_started'
    end
{%- endmacro %}

{#- Whether a project of the year's ledger is under construction on a day: started or carried over, not completed, not
    exited by the end of the month. -#}
{% macro is_being_built(years, milestones, day) -%}
    not {{ years }}.is_reserve
    and ({{ years }}.exit_period is null or {{ years }}.exit_period > {{ month_of_date(day) }})
    and ({{ milestones }}.completion_date is null or {{ milestones }}.completion_date > {{ day }})
    and (
        {{ milestones }}.start_date <= {{ day }}
        or ({{ milestones }}.start_date is null and {{ years }}.is_carried_over)
    )
{%- endmacro %}
