{#-
    One select of (table_name, row_key, column_name, receipt_id, sheet, cell, raw_text, steps) for the figures
    of one source row.

    figures: a relation with row_key and source columns; columns: {fact column: form field}.
    A figure that is NULL has no cell and gets no row.
-#}
{% macro trace_figures(table_name, figures, columns) -%}
    {% for column, field in columns.items() %}
    select
        '{{ table_name }}' as table_name,
        row_key,
        '{{ column }}' as column_name,
        receipt_id,
        sheet,
        block_no,
        row_number,
        '{{ field }}' as field
    from {{ figures }}
    where {{ column }} is not null and receipt_id is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{#- Gives every traced figure its cell, the text that stood there, how it looked, and what was done to it. -#}
{% macro located_cells(traced) -%}
    select
        {{ traced }}.table_name,
        {{ traced }}.row_key,
        {{ traced }}.column_name,
        {{ traced }}.receipt_id,
        {{ traced }}.sheet,
        columns.column_letter || cast({{ traced }}.row_number as {{ dbt.type_string() }}) as cell,
        cells.raw_text,
        cells.marks,
        {{ steps_with_correction('normalisations.steps', 'corrections') }} as steps
    from {{ traced }}
    left join {{ ref('stg_columns') }} as columns
        on
            {{ traced }}.receipt_id = columns.receipt_id
            and {{ traced }}.sheet = columns.sheet
            and {{ traced }}.block_no = columns.block_no
            and {{ traced }}.field = columns.field
    left join {{ ref('stg_cells') }} as cells
        on
            {{ traced }}.receipt_id = cells.receipt_id
            and {{ traced }}.sheet = cells.sheet
            and {{ traced }}.row_number = cells.row_number
            and columns.column_number = cells.column_number
    left join {{ ref('stg_normalisations') }} as normalisations
        on
            {{ traced }}.receipt_id = normalisations.receipt_id
            and {{ traced }}.sheet = normalisations.sheet
            and {{ traced }}.row_number = normalisations.row_number
            and columns.column_number = normalisations.column_number
            and {{ traced }}.field = normalisations.field
    left join (
        select * from {{ ref('int_corrections__matches') }} where match_status = 'applied'
    ) as corrections
        on
            {{ traced }}.receipt_id = corrections.receipt_id
            and {{ traced }}.sheet = corrections.sheet
            and {{ traced }}.row_number = corrections.row_number
            and {{ traced }}.field = corrections.field
{%- endmacro %}
