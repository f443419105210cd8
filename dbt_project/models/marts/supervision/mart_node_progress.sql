with history as (
    select * from {{ ref('int_supervision__standings') }} where kind = 'node'
),

-- What was promised, each time the list or its date changed.
promises as (
    select
        item_key,
        due_on,
        first_value(due_on) over (partition by item_key order by known_from asc nulls last) as first_planned_date,
        lag(due_on) over (partition by item_key order by known_from asc nulls last) as promised_before
    from history
    where is_listed
),

replanned as (
    select
        item_key,
        min(first_planned_date) as first_planned_date,
        cast(count(case when due_on <> promised_before then 1 end) as integer) as replanned_count
    from promises
    group by item_key
),

today as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

policy as (
    select node_reminder_days from {{ ref('stg_policy') }}
),

district as (
    select may_publish_names from {{ ref('stg_district') }}
),

-- A completion dated ahead has not come yet.
standing as (
    select
        history.*,
        replanned.first_planned_date,
        replanned.replanned_count,
        district.may_publish_names,
        today.today,
        {{ days_after('history.due_on', '-policy.node_reminder_days') }} as remind_from,
        coalesce(history.done_on <= today.today, false) as is_done,
        history.exited_at is not null as is_exited
    from history
    inner join replanned on history.item_key = replanned.item_key
    cross join today
    cross join policy
    cross join district
    where history.is_listed and history.known_to is null
),

judged as (
    select
        *,
        case
            when is_done then 'done'
            when is_exited then 'dropped'
            when today > due_on then 'overdue'
            when today = due_on then 'due'
            when today >= remind_from then 'due_soon'
            else 'not_due'
        end as status
    from standing
)

select
    item_key as row_key,
    project_key,
    unit_code,
    submitter_code,
    project_name,
    what as node_name,
    case when may_publish_names then node_owner end as node_owner,

    due_on as planned_date,
    done_on as actual_date,
    status,
    case when status in ('not_due', 'due_soon', 'due') then {{ days_between('today', 'due_on') }} end as days_until_due,
    case
        when status <> 'dropped'
            then {{ days_overdue('due_on', 'case when is_done then done_on end', 'today') }}
    end as days_overdue,
    case when status = 'dropped' then cast(exited_at as date) end as dropped_on,
    remind_from,
    status in ('due_soon', 'due') as is_reminder_due,

    first_planned_date,
    replanned_count,
    {{ days_between('first_planned_date', 'due_on') }} as days_postponed,

    receipt_id,
    sheet,
    row_number
from judged
