{#- One text key over several columns, the same on every engine. -#}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- Who came later: the order in which returns were accepted, latest first. Two returns of one load share
    received_at; then the later file time is the later one, and the receipt id settles the rest. -#}
{% macro later_accepted_first(relation) -%}
    {{ relation }}.received_at desc nulls last,
    {{ relation }}.file_modified_at desc nulls last,
    {{ relation }}.receipt_id desc nulls last,
    {{ relation }}.sheet desc nulls last,
    {{ relation }}.row_number desc nulls last
{%- endmacro %}
