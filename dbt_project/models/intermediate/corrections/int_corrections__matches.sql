-- One row per declared correction: which row of a return in force it means, and whether it may be applied.
-- A code decides; without a row of that code the name does. It is applied only while the return still says what
-- the correction expects: a figure that changed since was probably put right by its submitter.
with corrections as (
    select * from {{ ref('stg_corrections') }}
),

candidates as (
    {{ correction_candidates(
        'project_ledger',
        correctable_columns('project_ledger'),
        ref('stg_project_ledger'),
        'cast(rows.year as ' ~ dbt.type_string() ~ ')'
    ) }}
    union all
    {{ correction_candidates(
        'progress_report',
        correctable_columns('progress_report'),
        ref('stg_progress_report'),
        'rows.period'
    ) }}
    union all
    {{ correction_candidates(
        'start_completion_register',
        correctable_columns('start_completion_register'),
        ref('stg_start_completion_register'),
        'rows.period'
    ) }}
),

nearest as (
    select *
    from candidates
    qualify rank() over (partition by correction_no order by is_same_code desc nulls last) = 1
),

counted as (
    select
        nearest.*,
        count(*) over (partition by nearest.correction_no) as candidate_count,
        row_number() over (
            partition by nearest.correction_no
            order by nearest.receipt_id asc nulls last, nearest.sheet asc nulls last, nearest.row_number asc nulls last
        ) as candidate_rank
    from nearest
),

-- Two corrections of one cell, one by code and one by name, say two things: neither is applied.
with_rivals as (
    select
        corrections.*,
        counted.receipt_id,
        counted.sheet,
        counted.block_no,
        counted.row_number,
        counted.value_found,
        cast(coalesce(counted.candidate_count, 0) as integer) as candidate_count,
        count(case when corrections.status <> 'fixed_by_submitter' then corrections.correction_no end) over (
            partition by
                coalesce(counted.receipt_id, cast(corrections.correction_no as {{ dbt.type_string() }})),
                counted.sheet,
                counted.row_number,
                corrections.field
        ) as rival_count
    from corrections
    left join counted on corrections.correction_no = counted.correction_no and counted.candidate_rank = 1
)

select
    correction_no,
    form_id,
    unit_code,
    period,
    project,
    field,
    expect_value,
    new_value,
    reason,
    decided_by,
    status,
    case
        when status = 'fixed_by_submitter' then 'not_needed'
        when candidate_count = 0 then 'matches_nothing'
        when candidate_count > 1 or rival_count > 1 then 'ambiguous'
        when coalesce(value_found, '') = coalesce(expect_value, '') then 'applied'
        else 'value_changed'
    end as match_status,
    case when candidate_count = 1 then value_found end as value_found,
    candidate_count,
    case when candidate_count = 1 then receipt_id end as receipt_id,
    case when candidate_count = 1 then sheet end as sheet,
    case when candidate_count = 1 then block_no end as block_no,
    case when candidate_count = 1 then row_number end as row_number
from with_rivals
