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
