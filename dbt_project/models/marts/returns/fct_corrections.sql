-- What was submitted, what is published instead, who decided it, and whether it still holds.
with matches as (
    select * from {{ ref('int_corrections__matches') }}
)

select
    {{ surrogate_key(['matches.correction_no']) }} as row_key,
    matches.correction_no,
    matches.form_id,
    matches.unit_code,
    matches.period,
    matches.project,
    matches.field,
    matches.match_status,
    matches.status,
    matches.expect_value as expected_value,
    matches.value_found as submitted_value,
    matches.new_value as corrected_value,
    matches.reason,
    matches.decided_by,
    matches.receipt_id,
    matches.sheet,
    columns.column_letter || cast(matches.row_number as {{ dbt.type_string() }}) as cell
from matches
left join {{ ref('stg_columns') }} as columns
    on
        matches.receipt_id = columns.receipt_id
        and matches.sheet = columns.sheet
        and matches.block_no = columns.block_no
        and matches.field = columns.field
