-- One row per project and month: the row of a progress report that stands for it.
with form_rows as (
    select * from {{ ref('int_projects__form_rows') }} where project_key is not null
),

years as (
    select * from {{ ref('int_projects__years') }}
),

progress as (
    select
        form_rows.project_key,
        progress.*
    from {{ ref('int_progress_report__corrected') }} as progress
    inner join form_rows
        on
            progress.receipt_id = form_rows.receipt_id
            and progress.sheet = form_rows.sheet
            and progress.row_number = form_rows.row_number
),

-- The responsible unit by that year's ledger, else by the latest earlier one, else by the first.
responsible_units as (
    select
        progress.project_key,
        progress.year,
        years.unit_code
    from (
        select distinct
            project_key,
            year
        from progress
    ) as progress
    inner join years on progress.project_key = years.project_key
    qualify
        row_number() over (
            partition by progress.project_key, progress.year
            order by
                case when years.year <= progress.year then 0 else 1 end asc nulls last,
                abs(years.year - progress.year) asc nulls last
        ) = 1
),

-- The last half-monthly report of a month is that month's figure.
last_of_each_unit as (
    select *
    from progress
    qualify
        row_number() over (
            partition by project_key, month_period, submitter_code
            order by part_of_month desc nulls last, {{ later_accepted_first('progress') }}
        ) = 1
),

-- Of two units' figures the responsible unit's stands, else the later accepted one.
standing as (
    select
        last_of_each_unit.*,
        responsible_units.unit_code,
        count(*) over (
            partition by last_of_each_unit.project_key, last_of_each_unit.month_period
        ) as reporting_unit_count
    from last_of_each_unit
    inner join responsible_units
        on
            last_of_each_unit.project_key = responsible_units.project_key
            and last_of_each_unit.year = responsible_units.year
    qualify
        row_number() over (
            partition by last_of_each_unit.project_key, last_of_each_unit.month_period
            order by
                case
                    when last_of_each_unit.submitter_code = responsible_units.unit_code then 0 else 1
                end asc nulls last,
                {{ later_accepted_first('last_of_each_unit') }}
        ) = 1
)

select
    project_key,
    month_period as period,
    year,
    unit_code,
    submitter_code,
    part_of_month,
    cast(reporting_unit_count as integer) as reporting_unit_count,

    physical_progress,
    is_in_statistics,
    problems,
    next_steps,

    investment_month_wanyuan,
    investment_ytd_wanyuan,
    investment_cumulative_wanyuan,
    funds_in_place_wanyuan,
    {{ any_corrected('corrected_fields', [
        'investment_month_wanyuan',
        'investment_ytd_wanyuan',
        'investment_cumulative_wanyuan',
        'funds_in_place_wanyuan',
        'physical_progress',
        'is_in_statistics'
    ]) }} as is_corrected,

    receipt_id,
    sheet,
    block_no,
    row_number
from standing
