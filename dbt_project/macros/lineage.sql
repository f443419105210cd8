{#-
    One select of (table_name, row_key, column_name, receipt_id, sheet, block_no, row_number, field) for the figures
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

{#- The field of the form that a kind of date stands in. -#}
{% macro field_of_date(date_kind, fields_of_kinds) -%}
    case {{ date_kind }}
        {% for kind, field in fields_of_kinds.items() %}
        when '{{ kind }}' then '{{ field }}'
        {% endfor %}
        else {{ date_kind }}
    end
{%- endmacro %}

{#- The number of a column by its letters, A to XFD. -#}
{% macro column_number_of(letters) -%}
    case length({{ letters }})
        when 1 then ascii({{ letters }}) - 64
        when 2 then (ascii({{ letters }}) - 64) * 26 + ascii(substring({{ letters }}, 2, 1)) - 64
        when 3
            then
                (ascii({{ letters }}) - 64) * 676
                + (ascii(substring({{ letters }}, 2, 1)) - 64) * 26
                + ascii(substring({{ letters }}, 3, 1)) - 64
    end
{%- endmacro %}

{#-
    Gives every traced figure its cell, the text that stood there, how it looked, what was done to it, and what was
    decided about it: a correction of the value, a waiver of findings on the cell.

    A value that holds for every row of a merge stands in the merge's first cell; its first step names that cell.
    is_open: for what everybody may read; then no personal number stands in the text.
-#}
{% macro located_cells(traced, is_open=false) -%}
    select
        {{ traced }}.table_name,
        {{ traced }}.row_key,
        {{ traced }}.column_name,
        {{ traced }}.receipt_id,
        {{ traced }}.sheet,
        {{ cell_of(traced) }} as cell,
        {{ open_cell_text('cells.raw_text', traced ~ '.field') if is_open else 'cells.raw_text' }} as raw_text,
        cells.marks,
        {{ steps_with_correction('normalisations.steps', 'corrections') }} as steps,
        corrections.new_value as corrected_value,
        corrections.reason as correction_reason,
        corrections.decided_by as correction_decided_by,
        waivers.rules as waived_rules,
        waivers.approved_by as waiver_approved_by,
        waivers.reason as waiver_reason,
        waivers.expires as waiver_expires
    from {{ traced }}
    left join {{ ref('stg_columns') }} as columns
        on
            {{ traced }}.receipt_id = columns.receipt_id
            and {{ traced }}.sheet = columns.sheet
            and {{ traced }}.block_no = columns.block_no
            and {{ traced }}.field = columns.field
    left join (
        {{ normalisations_with_origin() }}
    ) as normalisations
        on
            {{ traced }}.receipt_id = normalisations.receipt_id
            and {{ traced }}.sheet = normalisations.sheet
            and {{ traced }}.row_number = normalisations.row_number
            and columns.column_number = normalisations.column_number
            and {{ traced }}.field = normalisations.field
    left join {{ ref('stg_cells') }} as cells
        on
            {{ traced }}.receipt_id = cells.receipt_id
            and {{ traced }}.sheet = cells.sheet
            and coalesce(normalisations.origin_row, {{ traced }}.row_number) = cells.row_number
            and coalesce(normalisations.origin_column, columns.column_number) = cells.column_number
    left join (
        select * from {{ ref('int_corrections__matches') }} where match_status = 'applied'
    ) as corrections
        on
            {{ traced }}.receipt_id = corrections.receipt_id
            and {{ traced }}.sheet = corrections.sheet
            and {{ traced }}.row_number = corrections.row_number
            and {{ traced }}.field = corrections.field
    left join (
        {{ waived_cells() }}
    ) as waivers
        on
            {{ traced }}.receipt_id = waivers.receipt_id
            and {{ traced }}.sheet = waivers.sheet
            and {{ cell_of(traced) }} = waivers.cell
{%- endmacro %}

{#- Where the figure was read: the first cell of a merge, else the row's own in the column of its field. -#}
{% macro cell_of(traced) -%}
    coalesce(
        normalisations.origin_cell,
        columns.column_letter || cast({{ traced }}.row_number as {{ dbt.type_string() }})
    )
{%- endmacro %}

{#- What was done to each cell, and for a value of a merge the cell it stands in (“合并单元格，同 B5”). -#}
{% macro normalisations_with_origin() -%}
    select
        named.receipt_id,
        named.sheet,
        named.row_number,
        named.column_number,
        named.field,
        named.steps,
        named.origin_cell,
        cast(regexp_extract(named.origin_cell, '([0-9]+)', 1) as integer) as origin_row,
        {{ column_number_of("regexp_extract(named.origin_cell, '([A-Z]+)', 1)") }} as origin_column
    from (
        select
            *,
            case
                when steps like '合并单元格，同 %' then split_part(split_part(steps, '；', 1), '同 ', 2)
            end as origin_cell
        from {{ ref('stg_normalisations') }}
    ) as named
{%- endmacro %}

{#- One row per cell whose findings were waived; the waivers of several rules stand side by side. -#}
{% macro waived_cells() -%}
    select
        receipt_id,
        sheet,
        cell,
        {{ dbt.listagg('rule_id', "';'", 'order by rule_id, approved_by, reason') }} as rules,
        {{ dbt.listagg('approved_by', "';'", 'order by rule_id, approved_by, reason') }} as approved_by,
        {{ dbt.listagg('reason', "'；'", 'order by rule_id, approved_by, reason') }} as reason,
        min(expires) as expires
    from (
        select distinct
            receipt_id,
            sheet,
            cell,
            rule_id,
            waived_by as approved_by,
            waiver_reason as reason,
            waiver_expires as expires
        from {{ ref('stg_findings') }}
        where waived_by is not null and cell is not null
    ) as waived
    group by receipt_id, sheet, cell
{%- endmacro %}

{#- Figures that add up several cells: one row each, with the cells in order; of several sheets each with its own. -#}
{% macro gathered_cells(located, condition) -%}
    select
        table_name,
        row_key,
        column_name,
        min(receipt_id) as receipt_id,
        min(sheet) as sheet,
        case
            when min(sheet) = max(sheet) then {{ dbt.listagg('cell', "';'", cell_order()) }}
            else {{ dbt.listagg("sheet || '!' || cell", "';'", cell_order()) }}
        end as cell,
        {% for column in ['raw_text', 'marks', 'steps'] %}
        {{ dbt.listagg(column, "';'", cell_order()) }} as {{ column }},
        {% endfor %}
        {% for column in [
            'corrected_value', 'correction_reason', 'correction_decided_by',
            'waived_rules', 'waiver_approved_by', 'waiver_reason', 'waiver_expires'
        ] %}
        max({{ column }}) as {{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ located }}
    where {{ condition }}
    group by table_name, row_key, column_name
{%- endmacro %}

{% macro cell_order() -%}
    order by receipt_id, sheet, length(cell), cell
{%- endmacro %}
