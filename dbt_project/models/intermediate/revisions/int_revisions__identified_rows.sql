-- Whose figures a row of any accepted version holds: a project's where it is known, else those of the name it gives.
with form_rows as (
    select * from {{ ref('int_projects__form_rows') }}
),

names as (
    {% for form_id in ['progress_report', 'start_completion_register'] %}
    select
        receipt_id,
        sheet,
        row_number,
        coalesce(project_code, project_name_key) as called
    from {{ ref('stg_' ~ form_id ~ '_versions') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    form_rows.form_id,
    form_rows.receipt_id,
    form_rows.sheet,
    form_rows.row_number,
    form_rows.project_key,
    coalesce(form_rows.project_key, names.called) as identity_key
from form_rows
inner join names
    on
        form_rows.receipt_id = names.receipt_id
        and form_rows.sheet = names.sheet
        and form_rows.row_number = names.row_number
union all
select
    'project_ledger' as form_id,
    ledger_rows.receipt_id,
    ledger_rows.sheet,
    ledger_rows.row_number,
    identity.project_key,
    coalesce(identity.project_key, ledger_rows.node_id) as identity_key
from {{ ref('int_projects__ledger_rows') }} as ledger_rows
left join {{ ref('int_projects__identity') }} as identity on ledger_rows.node_id = identity.node_id
