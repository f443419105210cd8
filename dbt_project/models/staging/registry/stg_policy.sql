select
    fai_threshold_wanyuan,
    reconciliation_tolerance_wanyuan,
    proposal_similarity,
    minimum_published_count,
    node_reminder_days,
    notice_grace_days,
    notice_repeat_days,
    entry_explanation_wanyuan
from {{ source('config', 'policy') }}
