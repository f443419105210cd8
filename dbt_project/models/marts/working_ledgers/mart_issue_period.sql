-- Where every issue stood at the end of every period in which it existed, or stands today in one that is not over.
with issues as (
    select * from {{ ref('mart_issue_ledger') }}
),

begun_periods as (
    {{ begun_periods() }}
),

-- An issue that is said to be closed before it was raised lived for the day it was raised on.
lives as (
    select
        *,
        case when closed_on is not null then greatest(closed_on, raised_on) end as lived_until
    from issues
),

states as (
    select
        begun_periods.*,
        lives.row_key as issue_key,
        lives.submitter_code,
        lives.issue_no,
        lives.issue_year,
        lives.unit_code,
        lives.project_key,
        lives.project_name,
        lives.raised_on,
        lives.due_on,
        case when lives.lived_until <= begun_periods.as_of then lives.lived_until end as resolved_on,
        lives.raised_on >= begun_periods.start_date as is_new,
        coalesce(lives.lived_until <= begun_periods.as_of, false) as is_resolved
    from lives
    inner join begun_periods
        on
            lives.raised_on <= begun_periods.as_of
            and (lives.lived_until is null or lives.lived_until >= begun_periods.start_date)
)

select
    {{ surrogate_key(['issue_key', 'period']) }} as row_key,
    submitter_code,
    issue_no,
    issue_year,
    period,
    period_type,
    as_of,
    unit_code,
    project_key,
    project_name,
    case when is_resolved then '销号' when is_new then '新增' else '推进' end as list,
    is_new,
    is_resolved,
    not is_new and not is_resolved as is_ongoing,
    raised_on,
    due_on,
    resolved_on,
    {{ days_between('raised_on', 'coalesce(resolved_on, as_of)') }} as age_days,
    {{ days_overdue('due_on', 'resolved_on', 'as_of') }} as days_overdue,
    not is_resolved and coalesce(due_on < as_of, false) as is_overdue
from states
