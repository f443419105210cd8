-- The declared corrections that apply, as revisions: the return is the same on both sides, the figure is not.
-- When one was decided nobody noted; since when it shows is in the versions of the facts.
with fields as (
    {% for form_id in ['progress_report', 'start_completion_register', 'project_ledger'] %}
    {% set outer_last = loop.last %}
    {% for field, kind in revisable_fields(form_id).items() %}
    select
        '{{ form_id }}' as form_id,
        '{{ field }}' as field,
        '{{ kind }}' as kind
    {% if not (outer_last and loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}
),

applied as (
    select
        matches.*,
        fields.kind
    from {{ ref('int_corrections__matches') }} as matches
    inner join fields on matches.form_id = fields.form_id and matches.field = fields.field
    where matches.match_status = 'applied'
)

select
    applied.form_id,
    receipts.unit_code as submitter_code,
    receipts.period,
    receipts.version_no,
    'corrected' as cause,
    identified.identity_key,
    identified.project_key,
    applied.field,
    cast(case when applied.kind = 'money' then applied.value_found end as decimal(18, 4)) as old_value,
    cast(case when applied.kind = 'money' then applied.new_value end as decimal(18, 4)) as new_value,
    cast(case when applied.kind = 'date' then applied.value_found end as date) as old_date,
    cast(case when applied.kind = 'date' then applied.new_value end as date) as new_date,
    applied.receipt_id as old_receipt_id,
    applied.receipt_id as new_receipt_id,
    applied.sheet as old_sheet,
    applied.block_no as old_block_no,
    applied.row_number as old_row_number,
    applied.sheet as new_sheet,
    applied.block_no as new_block_no,
    applied.row_number as new_row_number,
    applied.decided_by as changed_by,
    applied.reason,
    cast(null as timestamp) as known_at
from applied
inner join {{ ref('stg_receipts') }} as receipts on applied.receipt_id = receipts.receipt_id
inner join {{ ref('int_revisions__identified_rows') }} as identified
    on
        applied.form_id = identified.form_id
        and applied.receipt_id = identified.receipt_id
        and applied.sheet = identified.sheet
        and applied.row_number = identified.row_number
where applied.value_found is distinct from applied.new_value
