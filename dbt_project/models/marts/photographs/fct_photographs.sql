-- Every accepted photograph stands. The same bytes are new once, in the earliest month they were sent for: for another
-- month or another project they show nothing that was not seen before. A picture put into a wrong month first and
-- into its own later is new in its own.
with photographs as (
    select * from {{ ref('stg_photographs') }}
),

identified as (
    select
        receipt_id,
        project_key
    from {{ ref('int_projects__form_rows') }}
    where form_id = 'photograph'
),

with_project as (
    select
        photographs.*,
        identified.project_key
    from photographs
    inner join identified on photographs.receipt_id = identified.receipt_id
)

select
    {{ surrogate_key(['receipt_id']) }} as row_key,
    receipt_id,
    project_key,
    project,
    submitter_code as unit_code,
    period,
    file_name,
    sha256,
    size_bytes,
    width,
    height,
    image_format,
    taken_at,
    row_number() over (
        partition by sha256
        order by
            period asc nulls last,
            received_at asc nulls last,
            file_modified_at asc nulls last,
            file_name asc nulls last,
            inbox_path asc nulls last,
            receipt_id asc nulls last
    ) = 1 as is_new,
    {{ month_of_date('taken_at') }} = period as is_taken_in_month,
    received_at
from with_project
