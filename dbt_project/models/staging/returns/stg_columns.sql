-- A field that two columns of one block claim is an error of the return; the first column stands for it here.
select
    receipt_id,
    sheet,
    block_no,
    field,
    column_number,
    column_letter,
    heading
from {{ source('raw', 'columns') }}
where field is not null
qualify
    row_number() over (
        partition by receipt_id, sheet, block_no, field
        order by column_number asc nulls last
    ) = 1
