{#- A rate is a DOUBLE, unrounded and never capped; nothing divided by zero is NULL (contract §7, Facts). -#}
{% macro rate(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{#- What is compared is rounded to nine decimals first: 40 % less 50 % is exactly ten points behind, and two equal
    scores tie, whatever doubles make of them. What is published is not rounded. -#}
{% macro compared(value) -%}
    round({{ value }}, 9)
{%- endmacro %}

{#- How many times a number of days goes into another, the rest left out. -#}
{% macro whole_times(days, every_days) -%}
    cast(floor(cast({{ days }} as double) / {{ every_days }}) as integer)
{%- endmacro %}
