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

{#- The month that a month or a half of one belongs to; a week or a year belongs to none. -#}
{% macro month_of_period(period) -%}
    case when length({{ period }}) >= 7 and substring({{ period }}, 6, 1) <> 'W' then substring({{ period }}, 1, 7) end
{%- endmacro %}

{#- First half 1, second half 2, whole month 3: of a month's returns the last one is the month's figure. -#}
{% macro part_of_month(period) -%}
    case
        when substring({{ period }}, 9, 2) = 'H1' then 1
        when substring({{ period }}, 9, 2) = 'H2' then 2
        when length({{ period }}) = 7 then 3
    end
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

{#- The date so many days after another; before it, where the number is negative. -#}
{% macro days_after(start_date, days) -%}
    cast({{ dbt.dateadd('day', days, start_date) }} as date)
{%- endmacro %}

{#- The last day of a year, month, half-month or week (that of its Sunday, as weeks of a year are counted). -#}
{% macro last_day_of_period(period) -%}
    case
        when substring({{ period }}, 6, 1) = 'W'
            then {{ days_after(
                dbt.date_trunc('week', 'make_date(' ~ year_of_period(period) ~ ', 1, 4)'),
                'cast(substring(' ~ period ~ ', 7, 2) as integer) * 7 - 1'
            ) }}
        when substring({{ period }}, 9, 2) = 'H1'
            then make_date({{ year_of_period(period) }}, {{ month_number(period) }}, 15)
        when length({{ period }}) >= 7 then {{ month_end(period) }}
        when length({{ period }}) = 4 then make_date({{ year_of_period(period) }}, 12, 31)
    end
{%- endmacro %}

{#- The periods that have begun, and the day each is seen on: its last one, or today while it is not over. -#}
{% macro begun_periods() -%}
    select
        periods.period,
        periods.period_type,
        periods.year,
        periods.start_date,
        periods.end_date,
        least(periods.end_date, cast(last_load.now_at as date)) as as_of
    from {{ ref('dim_period') }} as periods
    cross join {{ ref('stg_last_load') }} as last_load
    where periods.start_date <= cast(last_load.now_at as date)
{%- endmacro %}
