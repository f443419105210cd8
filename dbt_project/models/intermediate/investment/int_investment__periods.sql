-- One row per project and period: the row of a progress report that stands for it. A month's is the last one sent
-- for any part of it; a first half-month has its own.
with form_rows as (
    select * from {{ ref('int_projects__form_rows') }} where project_key is not null
),

years as (
    select * from {{ ref('int_projects__years') }}
),

reports as (
    select * from {{ ref('int_progress_report__corrected') }}
),

report_periods as (
    select distinct
        month_period,
        part_of_month,
        month_period as standing_period
    from reports
    union all
    select distinct
        month_period,
        part_of_month,
        month_period || '-H1' as standing_period
    from reports
    where part_of_month = 1
),

progress as (
    select
        form_rows.project_key,
        report_periods.standing_period,
        reports.*
    from reports
    inner join report_periods
        on
            reports.month_period = report_periods.month_period
            and reports.part_of_month = report_periods.part_of_month
    inner join form_rows
        on
            reports.receipt_id = form_rows.receipt_id
            and reports.sheet = form_rows.sheet
            and reports.row_number = form_rows.row_number
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
            partition by project_key, standing_period, submitter_code
            order by part_of_month desc nulls last, {{ later_accepted_first('progress') }}
        ) = 1
),

-- Of two units' figures the responsible unit's stands, else the later accepted one.
standing as (
    select
        last_of_each_unit.*,
        responsible_units.unit_code,
        count(*) over (
            partition by last_of_each_unit.project_key, last_of_each_unit.standing_period
        ) as reporting_unit_count
    from last_of_each_unit
    inner join responsible_units
        on
            last_of_each_unit.project_key = responsible_units.project_key
            and last_of_each_unit.year = responsible_units.year
    qualify
        row_number() over (
            partition by last_of_each_unit.project_key, last_of_each_unit.standing_period
            order by
                case
                    when last_of_each_unit.submitter_code = responsible_units.unit_code then 0 else 1
                end asc nulls last,
                {{ later_accepted_first('last_of_each_unit') }}
        ) = 1
)

select
    project_key,
    standing_period as period,
    month_period,
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
