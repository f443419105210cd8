-- A row of an accepted return whose project must be known, and that names none, or two, is in no fact. It is
-- questioned when the return is checked; here it is counted, so that it does not go unnoticed.
{{ config(severity='warn') }}

select *
from {{ ref('int_projects__form_rows') }}
where project_key is null and form_id in ('progress_report', 'start_completion_register', 'node_plan')
