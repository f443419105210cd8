-- Pairs of a ledger project and a statistics record that somebody decided are not the same, whichever side was
-- written first.
select
    left_id as project_code,
    right_id as statistics_code
from {{ source('config', 'links') }}
where decision = 'rejected' and left_source = 'project_ledger' and right_source = 'statistics_fai'
union
select
    right_id as project_code,
    left_id as statistics_code
from {{ source('config', 'links') }}
where decision = 'rejected' and left_source = 'statistics_fai' and right_source = 'project_ledger'
