-- Every receipt is shown, a restricted one without anything that its file could say.
select
    {{ surrogate_key(['receipt_id']) }} as row_key,
    receipt_id,
    unit_code,
    form_id,
    period,
    case when not is_restricted then file_name end as file_name,
    sha256,
    size_bytes,
    received_at,
    status,
    version_no,
    superseded_by,
    duplicate_of,
    case when not is_restricted then refused_because end as refused_because,
    is_restricted
from {{ ref('stg_receipts') }}
