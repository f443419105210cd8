{#- The same table for the open and for the restricted returns. -#}
{% macro findings(is_restricted) -%}
    select
        {{ surrogate_key(['findings.finding_id']) }} as row_key,
        findings.finding_id,
        findings.receipt_id,
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        findings.rule_id,
        findings.severity,
        findings.sheet,
        findings.cell,
        findings.row_number,
        findings.field,
        findings.project_name,
        findings.value_found,
        findings.value_expected,
        findings.message
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('stg_receipts') }} as receipts on findings.receipt_id = receipts.receipt_id
    where {{ 'receipts.is_restricted' if is_restricted else 'not receipts.is_restricted' }}
{%- endmacro %}

{#- Every used row of a sheet is one kind of row. The rows of a duplicate are refused too: the same bytes are
    loaded already, under the return they repeat. -#}
{% macro row_accounting(is_restricted) -%}
    with sheets as (
        select
            sheets.*,
            receipts.unit_code,
            receipts.form_id,
            receipts.period,
            case when receipts.is_accepted then sheets.data_rows else 0 end as data_rows_loaded,
            case when receipts.is_accepted then 0 else sheets.data_rows end as data_rows_refused
        from {{ ref('stg_sheets') }} as sheets
        inner join {{ ref('stg_receipts') }} as receipts on sheets.receipt_id = receipts.receipt_id
        where {{ 'receipts.is_restricted' if is_restricted else 'not receipts.is_restricted' }}
    )

    select
        {{ surrogate_key(['receipt_id', 'sheet_index']) }} as row_key,
        receipt_id,
        sheet_index,
        sheet,
        unit_code,
        form_id,
        period,
        is_hidden,
        used_rows,
        title_rows,
        header_rows,
        category_rows,
        total_rows,
        note_rows,
        blank_rows,
        continuation_rows,
        data_rows_loaded,
        data_rows_refused,
        used_cells,
        counted_cells,
        used_rows = title_rows + header_rows + category_rows + total_rows + note_rows + blank_rows
            + continuation_rows + data_rows_loaded + data_rows_refused
        and (counted_cells is null or used_cells = counted_cells) as is_balanced
    from sheets
{%- endmacro %}
