{#- A rate is a DOUBLE, unrounded and never capped; nothing divided by zero is NULL (contract §7, Facts). -#}
{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}
