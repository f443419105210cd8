{{ config(alias='fct_submissions') }}

select
    {{ surrogate_key(['receipt_id']) }} as row_key,
    receipt_id,
    unit_code,
    form_id,
    period,
    file_name,
    sha256,
    size_bytes,
    received_at,
    status,
    version_no,
    superseded_by,
    duplicate_of,
    refused_because,
    is_restricted
from {{ ref('stg_receipts') }}
where is_restricted
