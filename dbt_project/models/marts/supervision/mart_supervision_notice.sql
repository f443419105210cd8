-- One row per miss that calls for a 督办通知单. A notice is issued by the first load that finds the item known, open and
-- late, and is the same notice ever after: its key is the item and the date that was missed. It is open as long as
-- the last load still finds the item so.
with standings as (
    select * from {{ ref('int_supervision__standings') }}
),

loads as (
    select * from {{ ref('stg_loads') }}
),

last_load as (
    select
        load_no,
        load_day as today
    from loads
    qualify row_number() over (order by load_no desc nulls last) = 1
),

policy as (
    select
        notice_grace_days,
        notice_repeat_days
    from {{ ref('stg_policy') }}
),

units as (
    select
        unit_code,
        unit_name
    from {{ ref('stg_units') }}
),

candidates as (
    select
        *,
        {{ surrogate_key(['kind', 'item_key', 'due_on']) }} as notice_id
    from standings
    where is_listed and not is_declared_done and due_on is not null
),

-- The days on which loads found an item open and late, with the first and the last of those loads. Between the two
-- nothing changed: what is known changes a standing, what is due changes with the day.
late_days as (
    select
        candidates.notice_id,
        candidates.known_from,
        loads.load_day,
        min(loads.load_no) as first_load_no,
        max(loads.load_no) as last_load_no
    from candidates
    cross join policy
    inner join loads
        on
            candidates.known_from <= loads.now_at
            and (candidates.known_to is null or candidates.known_to > loads.now_at)
            and (candidates.exited_at is null or candidates.exited_at > loads.now_at)
            and (candidates.done_on is null or candidates.done_on > loads.load_day)
            and {{ days_between('candidates.due_on', 'loads.load_day') }} > policy.notice_grace_days
    group by candidates.notice_id, candidates.known_from, loads.load_day
),

followed as (
    select
        *,
        min(load_day) over (partition by notice_id) as issued_on,
        lag(last_load_no) over (partition by notice_id order by first_load_no asc nulls last) as found_before
    from late_days
),

repeated as (
    select
        followed.*,
        policy.notice_repeat_days,
        {{ whole_times(days_between('followed.issued_on', 'followed.load_day'), 'policy.notice_repeat_days') }}
            as repetition
    from followed
    cross join policy
),

-- A reminder is given by the first load on or after each repetition; repetitions between two loads are one.
reminder_days as (
    select
        notice_id,
        repetition,
        min(load_day) as reminded_on
    from repeated
    where repetition > 0
    group by notice_id, repetition
),

reminders as (
    select
        notice_id,
        cast(count(*) as integer) as reminder_count,
        max(reminded_on) as last_reminded_on
    from reminder_days
    group by notice_id
),

histories as (
    select
        notice_id,
        min(issued_on) as issued_on,
        cast(count(case when first_load_no > found_before + 1 then 1 end) as integer) as reopened_count
    from repeated
    group by notice_id
),

-- What the list said that the notice was last found by.
last_sightings as (
    select
        candidates.*,
        repeated.notice_repeat_days,
        repeated.repetition,
        repeated.last_load_no + 1 as next_load_no
    from repeated
    inner join candidates
        on
            repeated.notice_id = candidates.notice_id
            and repeated.known_from = candidates.known_from
    qualify row_number() over (partition by repeated.notice_id order by repeated.last_load_no desc nulls last) = 1
),

-- The first load that no longer found the item open and late under that date, and what it found instead.
closings as (
    select
        last_sightings.notice_id,
        loads.load_day as closed_on,
        case
            when not standings.is_listed then 'withdrawn'
            when standings.is_declared_done or standings.done_on <= loads.load_day then 'done'
            when standings.exited_at <= loads.now_at then 'project_exited'
            else 'replanned'
        end as close_reason,
        standings.due_on as due_on_now,
        standings.done_on,
        standings.receipt_id,
        standings.sheet,
        standings.row_number
    from last_sightings
    inner join loads on last_sightings.next_load_no = loads.load_no
    inner join standings
        on
            last_sightings.kind = standings.kind
            and last_sightings.item_key = standings.item_key
            and loads.now_at >= standings.known_from
            and (standings.known_to is null or loads.now_at < standings.known_to)
),

notices as (
    select
        last_sightings.notice_id,
        last_sightings.kind,
        last_sightings.item_key,
        last_sightings.unit_code,
        coalesce(units.unit_name, last_sightings.unit_code) as unit_name,
        last_sightings.submitter_code,
        coalesce(submitters.unit_name, last_sightings.submitter_code) as submitter_name,
        last_sightings.project_key,
        last_sightings.project_name,
        last_sightings.basis,
        last_sightings.what,
        last_sightings.due_on,
        histories.issued_on,
        histories.reopened_count,
        coalesce(reminders.reminder_count, 0) as reminder_count,
        reminders.last_reminded_on,
        case when closings.notice_id is null then 'open' else 'closed' end as status,
        closings.closed_on,
        closings.close_reason,
        closings.due_on_now,
        case when closings.close_reason = 'done' then closings.done_on end as done_on,
        {{ days_overdue(
            'last_sightings.due_on',
            "coalesce(case when closings.close_reason = 'done' then closings.done_on end, closings.closed_on)",
            'last_load.today'
        ) }} as days_overdue,
        case
            when closings.notice_id is null
                then {{ days_after(
                    'histories.issued_on', '(last_sightings.repetition + 1) * last_sightings.notice_repeat_days'
                ) }}
        end as next_reminder_on,
        last_sightings.receipt_id,
        last_sightings.sheet,
        last_sightings.row_number,
        closings.receipt_id as closing_receipt_id,
        closings.sheet as closing_sheet,
        closings.row_number as closing_row_number,
        last_load.today
    from last_sightings
    inner join histories on last_sightings.notice_id = histories.notice_id
    cross join last_load
    left join reminders on last_sightings.notice_id = reminders.notice_id
    left join closings on last_sightings.notice_id = closings.notice_id
    left join units on last_sightings.unit_code = units.unit_code
    left join units as submitters on last_sightings.submitter_code = submitters.unit_code
),

-- What it is about, by when it was promised, and what became of it, as people say it.
worded as (
    select
        *,
        case kind
            when 'node' then '项目“' || coalesce(project_name, '') || '”的节点“' || what || '”'
            when 'issue' then '项目“' || coalesce(project_name, '') || '”的问题“' || what || '”（' || basis || '）'
            else basis || '“' || what || '”' || coalesce('（项目“' || project_name || '”）', '')
        end
        || '应当在' || {{ day_words('due_on') }} || '前' as promise_words,
        case kind when 'issue' then '办结' else '完成' end as done_word,
        case kind
            when 'node' then '在节点计划表上填写实际完成时间，重新报送；确需调整计划的，改计划完成时间并在备注里写明原因'
            when 'issue' then '在问题台账上填写销号时间，报送问题台账'
            else '在调度会议定事项表上填写完成时间，重新报送'
        end as step_words,
        case when submitter_code <> unit_code then '告知' || submitter_name || '，由其' else '' end as by_words,
        cast(days_overdue as {{ dbt.type_string() }}) || '天' as late_words
    from notices
)

select
    notice_id as row_key,
    notice_id,
    kind,
    item_key,
    unit_code,
    submitter_code,
    project_key,
    project_name,
    basis,
    what,

    due_on,
    done_on,
    days_overdue,
    status,
    issued_on,
    reminder_count,
    last_reminded_on,
    next_reminder_on,
    closed_on,
    close_reason,
    reopened_count,

    promise_words || done_word
    || case
        when status = 'open'
            then
                '，截至' || {{ day_words('today') }} || '仍未' || done_word || '，已逾期' || late_words
                || '。请' || unit_name || '抓紧办理。' || done_word || '后，' || by_words || step_words || '。'
        when close_reason = 'done' and done_on is null
            then '，已经办结（没有写明日期，到' || {{ day_words('closed_on') }} || '报来时逾期' || late_words || '）。'
        when close_reason = 'done'
            then
                '，实际' || {{ day_words('done_on') }} || done_word || '，'
                || case when days_overdue > 0 then '逾期' || late_words else '没有逾期' end || '。'
        when close_reason = 'replanned'
            then '，没有按期完成；' || coalesce('时限已改为' || {{ day_words('due_on_now') }}, '时限已取消') || '。'
        when close_reason = 'project_exited' then '，没有按期完成；项目已退出台账，不再督办。'
        else '，没有按期完成；重新报送的清单不再列入，不再督办。'
    end as notice_text,

    receipt_id,
    sheet,
    row_number,
    closing_receipt_id,
    closing_sheet,
    closing_row_number
from worded
