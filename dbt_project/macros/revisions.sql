{#-
    What a later version of a return says otherwise than the one before it, field by field: one select of the rows that
    differ. The parts: the form, a relation with the rows of all its accepted versions, one that says of each row whose
    figure it is (identity_key, and project_key where it is a project's), and {field: 'money' or 'date'}.

    Two versions are set against each other, never a figure against a rounded one: both are the exact stored values. A
    row that one of them does not have says nothing in every field.
-#}
{% macro field_revisions(form_id, rows, identified, fields) -%}
    {%- set prefix = form_id -%}
    with {{ prefix }}_versions as (
        select
            receipt_id,
            unit_code as submitter_code,
            period,
            version_no,
            received_at,
            lag(receipt_id) over (
                partition by unit_code, period order by version_no asc nulls last
            ) as old_receipt_id
        from {{ ref('stg_receipts') }}
        where is_accepted and form_id = '{{ form_id }}'
    ),

    -- A link that was confirmed later may make two rows of one return one project: the first stands for both.
    {{ prefix }}_rows as (
        select
            form_rows.*,
            identified.identity_key,
            identified.project_key
        from {{ rows }} as form_rows
        inner join {{ identified }} as identified
            on
                form_rows.receipt_id = identified.receipt_id
                and form_rows.sheet = identified.sheet
                and form_rows.row_number = identified.row_number
        where
            identified.form_id = '{{ form_id }}'
            and form_rows.receipt_id in (
                select receipt_id from {{ prefix }}_versions where old_receipt_id is not null
                union all
                select old_receipt_id as receipt_id from {{ prefix }}_versions where old_receipt_id is not null
            )
        qualify
            row_number() over (
                partition by form_rows.receipt_id, identified.identity_key
                order by form_rows.sheet asc nulls last, form_rows.row_number asc nulls last
            ) = 1
    ),

    {{ prefix }}_pairs as (
        select
            versions.receipt_id,
            versions.old_receipt_id,
            versions.submitter_code,
            versions.period,
            versions.version_no,
            versions.received_at,
            form_rows.identity_key
        from {{ prefix }}_versions as versions
        inner join {{ prefix }}_rows as form_rows
            on
                versions.receipt_id = form_rows.receipt_id
                or versions.old_receipt_id = form_rows.receipt_id
        where versions.old_receipt_id is not null
        group by
            versions.receipt_id,
            versions.old_receipt_id,
            versions.submitter_code,
            versions.period,
            versions.version_no,
            versions.received_at,
            form_rows.identity_key
    )

    {% for field, kind in fields.items() %}
    select
        '{{ form_id }}' as form_id,
        pairs.submitter_code,
        pairs.period,
        pairs.version_no,
        'resubmitted' as cause,
        pairs.identity_key,
        coalesce(newer.project_key, older.project_key) as project_key,
        '{{ field }}' as field,
        cast({{ 'older.' ~ field if kind == 'money' else 'null' }} as decimal(18, 4)) as old_value,
        cast({{ 'newer.' ~ field if kind == 'money' else 'null' }} as decimal(18, 4)) as new_value,
        cast({{ 'older.' ~ field if kind == 'date' else 'null' }} as date) as old_date,
        cast({{ 'newer.' ~ field if kind == 'date' else 'null' }} as date) as new_date,
        pairs.old_receipt_id,
        pairs.receipt_id as new_receipt_id,
        older.sheet as old_sheet,
        older.block_no as old_block_no,
        older.row_number as old_row_number,
        newer.sheet as new_sheet,
        newer.block_no as new_block_no,
        newer.row_number as new_row_number,
        pairs.submitter_code as changed_by,
        nullif(newer.remarks, older.remarks) as reason,
        pairs.received_at as known_at
    from {{ prefix }}_pairs as pairs
    left join {{ prefix }}_rows as older
        on pairs.old_receipt_id = older.receipt_id and pairs.identity_key = older.identity_key
    left join {{ prefix }}_rows as newer
        on pairs.receipt_id = newer.receipt_id and pairs.identity_key = newer.identity_key
    where older.{{ field }} is distinct from newer.{{ field }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{#- The fields of a form that are amounts or days, with their kind. -#}
{% macro revisable_fields(form_id) -%}
    {%- set found = {} -%}
    {%- for field, kind in correctable_columns(form_id).items() if kind in ('money', 'date') -%}
        {%- do found.update({field: kind}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Revisions with their cells, difference and key, in the columns that the open and the restricted table share. -#}
{% macro told_revisions(revisions) -%}
    select
        {{ surrogate_key(
            ['revisions.form_id', 'revisions.submitter_code', 'revisions.period', 'revisions.identity_key',
             'revisions.field', 'revisions.version_no', 'revisions.cause']
        ) }} as row_key,
        revisions.*,
        cast(revisions.new_value - revisions.old_value as decimal(18, 4)) as difference,
        cast({{ dbt.datediff('revisions.old_date', 'revisions.new_date', 'day') }} as integer) as difference_days,
        old_columns.column_letter || cast(revisions.old_row_number as {{ dbt.type_string() }}) as old_cell,
        new_columns.column_letter || cast(revisions.new_row_number as {{ dbt.type_string() }}) as new_cell
    from {{ revisions }} as revisions
    left join {{ ref('stg_columns') }} as old_columns
        on
            revisions.old_receipt_id = old_columns.receipt_id
            and revisions.old_sheet = old_columns.sheet
            and revisions.old_block_no = old_columns.block_no
            and revisions.field = old_columns.field
    left join {{ ref('stg_columns') }} as new_columns
        on
            revisions.new_receipt_id = new_columns.receipt_id
            and revisions.new_sheet = new_columns.sheet
            and revisions.new_block_no = new_columns.block_no
            and revisions.field = new_columns.field
{%- endmacro %}
