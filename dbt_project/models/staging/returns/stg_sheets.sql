select
    receipt_id,
    sheet_index,
    sheet,
    is_hidden,
    used_rows,
    title_rows,
    header_rows,
    category_rows,
    total_rows,
    note_rows,
    blank_rows,
    continuation_rows,
    data_rows,
    used_cells,
    counted_cells
from {{ source('raw', 'sheets') }}
