select
    receipt_id,
    sheet,
    row_number,
    column_number,
    kind,
    raw_text,
    marks
from {{ source('raw', 'cells') }}
