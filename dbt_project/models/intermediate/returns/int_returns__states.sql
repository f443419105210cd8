-- One row per receipt: where the return stands, as its submitter is told. A rule on trial counts for nothing here.
-- What an answer says of a return (refused, duplicate, superseded, questions_open) holds here too. Only the release
-- knows `published`: what is accepted when a return is answered is published by the build it goes into.
with receipts as (
    select * from {{ ref('stg_receipts') }}
),

counts as (
    select
        findings.receipt_id,
        count(case when findings.severity = 'error' and not findings.is_trial then 1 end) as error_count,
        count(case when findings.severity = 'warning' and not findings.is_trial then 1 end) as warning_count,
        count(case when questions.is_open_question then 1 end) as open_question_count
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('int_findings__questions') }} as questions on findings.finding_id = questions.finding_id
    group by findings.receipt_id
),

-- What an interrupted load left behind shows how far it came.
progress as (
    select
        receipts.receipt_id,
        receipts.receipt_id in (select sheets.receipt_id from {{ ref('stg_sheets') }} as sheets) as is_read,
        receipts.receipt_id in (
            select outcomes.receipt_id from {{ ref('stg_rule_outcomes') }} as outcomes
        ) as is_checked
    from receipts
    where receipts.status = 'received'
),

with_state as (
    select
        receipts.receipt_id,
        case
            when receipts.status = 'received' and progress.is_checked then 'checked'
            when receipts.status = 'received' and progress.is_read then 'read'
            when receipts.status in ('received', 'refused', 'duplicate') then receipts.status
            when receipts.superseded_by is not null then 'superseded'
            when counts.open_question_count > 0 then 'questions_open'
            else 'published'
        end as state,
        cast(coalesce(counts.error_count, 0) as integer) as error_count,
        cast(coalesce(counts.warning_count, 0) as integer) as warning_count,
        cast(coalesce(counts.open_question_count, 0) as integer) as open_question_count,
        due_dates.due_at,
        cast(receipts.received_at as date) > cast(due_dates.due_at as date) as is_late
    from receipts
    left join counts on receipts.receipt_id = counts.receipt_id
    left join progress on receipts.receipt_id = progress.receipt_id
    left join {{ ref('stg_due_dates') }} as due_dates
        on
            receipts.form_id = due_dates.form_id
            and receipts.unit_code = due_dates.unit_code
            and receipts.period = due_dates.period
)

select
    with_state.*,
    return_states.state_name,
    return_states.next_step
from with_state
left join {{ ref('stg_return_states') }} as return_states on with_state.state = return_states.state
