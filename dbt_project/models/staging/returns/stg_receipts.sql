-- A return from the statistics office that could not even be recognised is kept with the restricted ones:
-- its file name or its findings may already say something about a single respondent.
with receipts as (
    select * from {{ source('raw', 'receipts') }}
),

statistics_units as (
    select unit_code from {{ source('config', 'units') }} where unit_type = 'statistics'
)

select
    receipts.receipt_id,
    receipts.unit_code,
    receipts.form_id,
    receipts.period,
    try_cast(substring(receipts.period, 1, 4) as integer) as year,

    receipts.file_name,
    receipts.inbox_path,
    receipts.sha256,
    receipts.size_bytes,
    receipts.status,
    receipts.version_no,
    receipts.superseded_by,
    receipts.duplicate_of,
    receipts.refused_because,

    receipts.is_restricted
    or (
        receipts.form_id is null
        and receipts.unit_code in (select statistics_units.unit_code from statistics_units)
    ) as is_restricted,
    receipts.status in ('accepted', 'accepted_with_warnings') as is_accepted,
    receipts.status in ('accepted', 'accepted_with_warnings') and receipts.superseded_by is null as is_in_force,

    receipts.received_at,
    receipts.file_modified_at,
    later.received_at as superseded_at
from receipts
left join receipts as later on receipts.superseded_by = later.receipt_id
