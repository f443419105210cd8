-- Whether a project is due for entry in the statistics library and entered, one row per month and ledger project
-- that takes part in the reconciliation. A proposed match is not entered. Holds no figure of the statistics.
with projects as (
    select * from {{ ref('int_reconciliation__projects') }}
),

matched as (
    select distinct
        period,
        project_key
    from {{ ref('int_reconciliation__pairs') }}
    where not is_proposed
)

select
    projects.period,
    projects.project_key,
    projects.is_started and projects.is_at_threshold as is_due,
    projects.is_started and projects.is_at_threshold and matched.project_key is not null as is_entered
from projects
left join matched
    on
        projects.period = matched.period
        and projects.project_key = matched.project_key
