-- Every receipt is shown, a restricted one without anything that its file could say.
-- Why a restricted return was refused may quote it; the open release only says where to read it.
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
    case
        when is_restricted and refused_because is not null then '已退回，原因见受限发布 statistics.duckdb'
        else refused_because
    end as refused_because,
    is_restricted
from {{ ref('stg_receipts') }}
