{#-
    Numbers in Chinese sentences, for the explanations people read. What is empty reads 无, so that one missing
    figure does not swallow the sentence around it.
-#}
{#- 1250.5 rather than 1250.5000: rounded half up to so many decimals, needless zeros left out. -#}
{% macro number_words(value, places=4) -%}
    coalesce(
        {%- if places > 0 %}
        trim(trailing '.' from trim(trailing '0' from
            cast(cast({{ value }} as decimal(38, {{ places }})) as {{ dbt.type_string() }})
        )),
        {%- else %}
        cast(cast({{ value }} as decimal(38, 0)) as {{ dbt.type_string() }}),
        {%- endif %}
        '无'
    )
{%- endmacro %}

{#- A fraction as a percentage: 0.741 reads 74.1%. -#}
{% macro rate_words(value, places=4) -%}
    case
        when {{ value }} is null then '无'
        else {{ number_words('(' ~ value ~ ') * 100', places) }} || '%'
    end
{%- endmacro %}

{#- 2019-06 reads 2019年6月. -#}
{% macro month_words(period) -%}
    cast({{ year_of_period(period) }} as {{ dbt.type_string() }}) || '年'
    || cast({{ month_number(period) }} as {{ dbt.type_string() }}) || '月'
{%- endmacro %}

{#- 2019-06-05 reads 2019年6月5日. -#}
{% macro day_words(day) -%}
    cast(cast(extract(year from {{ day }}) as integer) as {{ dbt.type_string() }}) || '年'
    || cast(cast(extract(month from {{ day }}) as integer) as {{ dbt.type_string() }}) || '月'
    || cast(cast(extract(day from {{ day }}) as integer) as {{ dbt.type_string() }}) || '日'
{%- endmacro %}
