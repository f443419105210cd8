{#-
    The rows of a policy in force in each reported month: those of the version whose start is the latest that falls
    in the month or before it. A version is a complete set (contract §7, Policies).
-#}
{% macro in_force_by_month(rules) -%}
    select
        months.period,
        rules.*
    from {{ rules }} as rules
    inner join {{ ref('int_periods__reported_months') }} as months on rules.valid_from <= months.last_day
    qualify
        rank() over (
            partition by months.period
            order by rules.valid_from desc nulls last, rules.rule_version desc nulls last
        ) = 1
{%- endmacro %}
