with forms as (
    select * from {{ ref('stg_forms') }}
)

select
    {{ surrogate_key(['steps.lifecycle_key', 'steps.step']) }} as row_key,
    steps.lifecycle_key,
    steps.project_key,
    steps.project_name,
    steps.unit_code,
    steps.step,
    steps.step_no,
    steps.reached_on,
    steps.is_current,
    steps.is_package_parent,
    case when steps.is_corrected then 'corrected' else 'submitted' end as value_status,
    steps.source_form_id,
    forms.form_name as source_form_name,
    steps.source_field,
    steps.receipt_id,
    steps.sheet,
    steps.row_number
from {{ ref('int_lifecycle__steps') }} as steps
inner join forms on steps.source_form_id = forms.form_id
