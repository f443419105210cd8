{#- What was said last of an item that several lists speak of: by the list that speaks for the latest day. A list speaks
    for the last day of its period (period_end), a list whose period is not over for the day its file was last
    changed; of two for the same day the one accepted later counts. So a list of an earlier week that arrives late
    reopens nothing. -#}
{% macro said_last_first(relation) -%}
    least({{ relation }}.period_end, cast({{ relation }}.file_modified_at as date)) desc nulls last,
    {{ relation }}.received_at desc nulls last,
    {{ relation }}.file_modified_at desc nulls last,
    {{ relation }}.period_end desc nulls last,
    {{ relation }}.receipt_id desc nulls last,
    {{ relation }}.sheet desc nulls last,
    {{ relation }}.row_number desc nulls last
{%- endmacro %}
