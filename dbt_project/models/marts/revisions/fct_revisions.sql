with revisions as (
    {% for source in ['progress_report', 'start_completion_register', 'project_ledger', 'corrections'] %}
    select * from {{ ref('int_revisions__' ~ source) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

told as (
    {{ told_revisions('revisions') }}
),

projects as (
    select * from {{ ref('dim_project') }}
)

select
    told.row_key,
    told.project_key,
    projects.project_code,
    projects.project_name,
    coalesce(projects.unit_code, told.submitter_code) as unit_code,
    told.submitter_code,
    told.form_id,
    told.period,
    told.field,
    told.version_no,
    told.cause,
    told.old_value,
    told.new_value,
    told.difference,
    told.old_date,
    told.new_date,
    told.difference_days,
    told.old_receipt_id,
    told.old_sheet,
    told.old_cell,
    told.new_receipt_id,
    told.new_sheet,
    told.new_cell,
    told.changed_by,
    told.reason,
    told.known_at
from told
left join projects on told.project_key = projects.project_key
