{#- 1 … 99 as they are written: 四, 十, 十二, 二十四. -#}
{% macro chinese_numerals() -%}
    {%- set digits = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'] -%}
    {%- set written = [] -%}
    {%- for number in range(1, 100) -%}
        {%- set tens = number // 10 -%}
        {%- do written.append(
            ('' if tens == 0 else '十' if tens == 1 else digits[tens] ~ '十') ~ digits[number % 10]
        ) -%}
    {%- endfor -%}
    {{ return(written) }}
{%- endmacro %}

{#- What one cohort of the three batches is called, however it is written: 第四期, 第4期, 4期 and 四批 are one; 2022年第四期
    is another. A text without a number at its end stands for itself. -#}
{% macro cohort_key(cohort) -%}
    {%- set plain -%}
        replace(replace(replace(replace(
            translate({{ cohort }}, '０１２３４５６７８９', '0123456789'), ' ', ''), '“', ''), '”', ''), '三个一批', '')
    {%- endset -%}
    {%- set pattern = '^(.*?)第?([0-9]+|[一二三四五六七八九十]+)(期|批次|批)?$' -%}
    {%- set number = 'regexp_extract(' ~ plain ~ ", '" ~ pattern ~ "', 2)" -%}
    case
        when {{ number }} = '' then {{ plain }}
        else
            regexp_extract({{ plain }}, '{{ pattern }}', 1) || '第'
            || case {{ number }}
                {%- for numeral in chinese_numerals() %}
                when '{{ numeral }}' then '{{ loop.index }}'
                {%- endfor %}
                else coalesce(cast(try_cast({{ number }} as integer) as {{ dbt.type_string() }}), {{ number }})
            end || '期'
    end
{%- endmacro %}
