-- One row per finding: what was answered to it, and whether it is a question somebody still has to answer.
-- Asked are the warnings of the return in force of each slot, and of the latest one that arrived there.
with receipts as (
    select * from {{ ref('stg_receipts') }}
),

latest_of_slot as (
    select receipt_id
    from receipts
    where form_id is not null and period is not null and status <> 'duplicate'
    qualify
        row_number() over (
            partition by unit_code, form_id, period
            order by received_at desc nulls last, file_modified_at desc nulls last, receipt_id desc nulls last
        ) = 1
)

select
    findings.finding_id,
    findings.receipt_id,
    replies.reply_reason,
    replies.reply_note,
    replies.replied_in,
    findings.severity = 'warning'
    and not findings.is_trial
    and replies.finding_id is null
    and (receipts.is_in_force or latest_of_slot.receipt_id is not null) as is_open_question
from {{ ref('stg_findings') }} as findings
inner join receipts on findings.receipt_id = receipts.receipt_id
left join latest_of_slot on findings.receipt_id = latest_of_slot.receipt_id
left join {{ ref('stg_finding_replies') }} as replies on findings.finding_id = replies.finding_id
