-- A row of an accepted monthly return that names no known project, or two, is in no fact. It is questioned
-- when the return is checked; here it is counted, so that it does not go unnoticed.
{{ config(severity='warn') }}

select *
from {{ ref('int_projects__form_rows') }}
where project_key is null
