select
    fai_threshold_wanyuan,
    reconciliation_tolerance_wanyuan,
    proposal_similarity,
    minimum_published_count
from {{ source('config', 'policy') }}
