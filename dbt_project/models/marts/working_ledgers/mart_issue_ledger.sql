-- An issue is what the newest list in force that speaks of it says. One that a later list does not mention stays
-- as it was said last; one left out when its list is sent again is gone with the version that named it.
with listed as (
    {{ with_project(ref('stg_issue_ledger_versions')) }}
),

periods as (
    select * from {{ ref('dim_period') }}
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
),

last_load as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

told as (
    select
        listed.*,
        cast(extract(year from listed.raised_on) as integer) as issue_year,
        {{ issue_key('listed') }} as issue_key,
        periods.start_date as period_start,
        {{ last_day_of_period('listed.period') }} as period_end,
        case
            when listed.resolved_on is not null then listed.resolved_on <= last_load.today
            else coalesce(listed.reported_status = '销号', false)
        end as is_resolved
    from listed
    cross join last_load
    left join periods on listed.period = periods.period
),

standing as (
    select *
    from told
    where is_in_force
    qualify
        row_number() over (partition by issue_key order by {{ said_last_first('told') }}) = 1
),

histories as (
    select
        issue_key,
        min(received_at) as first_reported_at,
        max(case when not is_resolved then received_at end) as last_open_at
    from told
    group by issue_key
),

-- Resolved, and nobody says when: on the day of the first return that said so and that none since took back,
-- versions that were replaced included, so that sending the list again does not move the day.
first_told as (
    select
        told.issue_key,
        cast(min(told.received_at) as date) as told_resolved_on
    from told
    inner join histories on told.issue_key = histories.issue_key
    where told.is_resolved and (histories.last_open_at is null or told.received_at >= histories.last_open_at)
    group by told.issue_key
),

issues as (
    select
        standing.*,
        histories.first_reported_at,
        coalesce(unit_names.unit_code, standing.submitter_code) as unit_code,
        case
            when standing.is_resolved then '销号'
            when standing.reported_status <> '销号' then standing.reported_status
            when standing.raised_on between standing.period_start and standing.period_end then '新增'
            else '推进'
        end as status,
        case
            when standing.is_resolved
                then
                    coalesce(
                        standing.resolved_on, first_told.told_resolved_on, cast(standing.received_at as date)
                    )
        end as closed_on
    from standing
    inner join histories on standing.issue_key = histories.issue_key
    left join first_told on standing.issue_key = first_told.issue_key
    left join unit_names on standing.responsible_unit_key = unit_names.name_key
)

select
    issues.issue_key as row_key,
    issues.submitter_code,
    issues.issue_no,
    issues.issue_year,
    issues.unit_code,
    issues.responsible_unit,
    issues.project_key,
    issues.project_name,
    issues.problem,
    issues.category,
    issues.measures,
    case when district.may_publish_names then issues.person_in_charge end as person_in_charge,
    issues.status,
    issues.raised_on,
    issues.due_on,
    issues.resolved_on,
    issues.closed_on,
    {{ days_between('issues.raised_on', 'coalesce(issues.closed_on, last_load.today)') }} as age_days,
    {{ days_overdue('issues.due_on', 'issues.closed_on', 'last_load.today') }} as days_overdue,
    issues.closed_on is null and coalesce(issues.due_on < last_load.today, false) as is_overdue,
    issues.first_reported_at,
    issues.period as reported_period,
    issues.receipt_id,
    issues.sheet,
    issues.row_number
from issues
cross join last_load
cross join {{ ref('stg_district') }} as district
