-- One row per finding: what was answered to it, and whether it is a question somebody still has to answer.
-- Which ones are open the ledger decides (raw.open_questions), here it is only looked up.
select
    findings.finding_id,
    findings.receipt_id,
    replies.reply_reason,
    replies.reply_note,
    replies.replied_in,
    questions.finding_id is not null as is_open_question
from {{ ref('stg_findings') }} as findings
left join {{ ref('stg_finding_replies') }} as replies on findings.finding_id = replies.finding_id
left join {{ ref('stg_open_questions') }} as questions on findings.finding_id = questions.finding_id
