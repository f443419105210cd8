-- A return from the statistics office that could not even be recognised is kept with the restricted ones:
-- its file name or its findings may already say something about a single respondent.
with receipts as (
    select * from {{ source('raw', 'receipts') }}
),

statistics_units as (
    select unit_code from {{ source('config', 'units') }} where unit_type = 'statistics'
)

select
    receipt_id,
    unit_code,
    form_id,
    period,
    try_cast(substring(period, 1, 4) as integer) as year,

    file_name,
    sha256,
    size_bytes,
    status,
    version_no,
    superseded_by,
    duplicate_of,
    refused_because,

    is_restricted
    or (form_id is null and unit_code in (select statistics_units.unit_code from statistics_units)) as is_restricted,
    status in ('accepted', 'accepted_with_warnings') as is_accepted,
    status in ('accepted', 'accepted_with_warnings') and superseded_by is null as is_in_force,

    received_at,
    file_modified_at
from receipts
