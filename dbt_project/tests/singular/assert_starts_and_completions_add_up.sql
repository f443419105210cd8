-- What was done of the year's plan = what was due − what is overdue + what came early (contract §7, Facts).
select *
from {{ ref('mart_progress_summary') }}
where
    started_count <> planned_starts_to_date - overdue_start_count + started_early_count
    or completed_count <> planned_completions_to_date - overdue_completion_count + completed_early_count
