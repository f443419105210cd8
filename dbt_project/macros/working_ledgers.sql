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

{#- What an issue is known by: its submitter, its number and the year it was raised in, for numbers begin anew each year
    in many offices. -#}
{% macro issue_key(relation) -%}
    {{ surrogate_key([
        relation ~ '.submitter_code', relation ~ '.issue_no', 'extract(year from ' ~ relation ~ '.raised_on)'
    ]) }}
{%- endmacro %}

{#- What is settled at a meeting is known by the meeting, its own words and the project they are about, whoever sends
    the record. -#}
{% macro meeting_item_key(relation) -%}
    {{ surrogate_key([
        relation ~ '.held_on', relation ~ '.meeting_type', relation ~ '.item_key', relation ~ '.project_name_key'
    ]) }}
{%- endmacro %}

{#- The rows of a form with the project they speak of; a row of a project that no ledger knows has none. -#}
{% macro with_project(rows) -%}
    select
        listed.*,
        form_rows.project_key
    from {{ rows }} as listed
    left join {{ ref('int_projects__form_rows') }} as form_rows
        on
            listed.receipt_id = form_rows.receipt_id
            and listed.sheet = form_rows.sheet
            and listed.row_number = form_rows.row_number
{%- endmacro %}
