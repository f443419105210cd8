select
    receipt_id,
    sheet,
    row_number,
    column_number,
    field,
    steps
from {{ source('raw', 'normalisations') }}
