{#- A month period is text, YYYY-MM, so that it sorts, joins and prints the same everywhere. -#}
{% macro month_of_date(date_value) -%}
    cast(extract(year from {{ date_value }}) as {{ dbt.type_string() }})
    || '-'
    || lpad(cast(extract(month from {{ date_value }}) as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}

{% macro year_of_period(period) -%}
    cast(substring({{ period }}, 1, 4) as integer)
{%- endmacro %}

{% macro month_number(period) -%}
    cast(substring({{ period }}, 6, 2) as integer)
{%- endmacro %}

{% macro month_start(period) -%}
    make_date({{ year_of_period(period) }}, {{ month_number(period) }}, 1)
{%- endmacro %}

{% macro month_end(period) -%}
    last_day({{ month_start(period) }})
{%- endmacro %}

{#- The difference of calendar months: 2025-01-31 to 2025-02-01 is one. -#}
{% macro calendar_months_between(earlier_date, period) -%}
    cast(
        ({{ year_of_period(period) }} - extract(year from {{ earlier_date }})) * 12
        + {{ month_number(period) }} - extract(month from {{ earlier_date }})
        as integer
    )
{%- endmacro %}

{% macro days_between(earlier_date, later_date) -%}
    cast({{ dbt.datediff(earlier_date, later_date, 'day') }} as integer)
{%- endmacro %}
