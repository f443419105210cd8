{#-
    Every version of the rows of a mart that was ever published: the mart's columns in their order, which version of
    the row it is (from 1), and the moments [known_from, known_to) between which it was what the release showed; known_to
    is NULL while it is in force. What was published before is recorded in the source of the same name
    (pipelines/ledger/history.py); it is set against the mart as it is now.

    A moment is that of a load. Of two releases of one moment only the later one counts: what was recorded at this
    load's own moment is undone first, so that a load that is repeated says nothing new.
    A column the mart got since the last release opens no version: it is filled in where the rest is unchanged.
-#}
{% macro vintages(mart) -%}
    {#- The mart's own columns are what this model's contract declares beside the versions. -#}
    {%- set added = ('vintage_key', 'version_no', 'known_from', 'known_to') -%}
    {%- set columns = [] -%}
    {%- for column in (model.columns.values() if execute else []) if column.name not in added -%}
        {%- do columns.append({'name': column.name, 'type': column.data_type}) -%}
    {%- endfor -%}
    {#- There is no table of them before they were recorded first. -#}
    {%- set recorded = [] -%}
    {%- set published = source('history', mart ~ '_vintages') -%}
    {%- set history = load_relation(published) if execute else none -%}
    {%- for column in (adapter.get_columns_in_relation(history) if history else []) -%}
        {%- do recorded.append(column.name) -%}
    {%- endfor -%}
    with current_rows as (
        select * from {{ ref(mart) }}
    ),

    last_load as (
        select now_at from {{ ref('stg_last_load') }}
    ),

    {% if recorded -%}
    published_before as (
        select
            {% for column in columns %}
            cast({{ 'recorded.' ~ column.name if column.name in recorded else 'null' }} as {{ column.type }}) as {{ column.name }},
            {% endfor %}
            recorded.version_no,
            recorded.known_from,
            case when recorded.known_to < last_load.now_at then recorded.known_to end as known_to
        from {{ published }} as recorded
        cross join last_load
        where recorded.known_from < last_load.now_at
    ),

    last_versions as (
        select
            row_key,
            max(version_no) as version_no
        from published_before
        group by row_key
    ),

    unchanged as (
        select
            published_before.row_key,
            published_before.version_no,
            published_before.known_from
        from published_before
        inner join current_rows on published_before.row_key = current_rows.row_key
        where
            published_before.known_to is null
            {% for column in columns if column.name in recorded %}
            and published_before.{{ column.name }} is not distinct from current_rows.{{ column.name }}
            {% endfor %}
    ),

    versions as (
        select
            {% for column in columns %}
            published_before.{{ column.name }},
            {% endfor %}
            published_before.version_no,
            published_before.known_from,
            coalesce(published_before.known_to, last_load.now_at) as known_to
        from published_before
        cross join last_load
        left join unchanged
            on
                published_before.row_key = unchanged.row_key
                and published_before.version_no = unchanged.version_no
        where unchanged.row_key is null
        union all
        select
            {% for column in columns %}
            current_rows.{{ column.name }},
            {% endfor %}
            coalesce(unchanged.version_no, last_versions.version_no + 1, 1) as version_no,
            coalesce(unchanged.known_from, last_load.now_at) as known_from,
            cast(null as timestamp) as known_to
        from current_rows
        cross join last_load
        left join unchanged on current_rows.row_key = unchanged.row_key
        left join last_versions on current_rows.row_key = last_versions.row_key
    )
    {%- else -%}
    versions as (
        select
            {% for column in columns %}
            current_rows.{{ column.name }},
            {% endfor %}
            1 as version_no,
            last_load.now_at as known_from,
            cast(null as timestamp) as known_to
        from current_rows
        cross join last_load
    )
    {%- endif %}

    select
        {{ surrogate_key(['row_key', 'version_no']) }} as vintage_key,
        {% for column in columns %}
        {{ column.name }},
        {% endfor %}
        cast(version_no as integer) as version_no,
        known_from,
        known_to
    from versions
{%- endmacro %}
