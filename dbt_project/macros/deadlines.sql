{#- By how many days something was late: the day it was done, or today as long as it is open, after the day it was due
    (due until the end of that day). 0 in time, NULL without a due date. -#}
{% macro days_overdue(due_on, done_on, today) -%}
    case
        when {{ due_on }} is not null
            then greatest({{ days_between(due_on, 'coalesce(' ~ done_on ~ ', ' ~ today ~ ')') }}, 0)
    end
{%- endmacro %}
