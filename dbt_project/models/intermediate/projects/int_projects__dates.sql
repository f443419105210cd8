-- One row per project and kind of date: the latest one given, with the row that gave it.
-- A later return that leaves the date blank does not take it back.
with form_rows as (
    select * from {{ ref('int_projects__form_rows') }} where project_key is not null
),

latest_units as (
    select
        project_key,
        unit_code
    from {{ ref('int_projects__years') }}
    where is_latest_year
),

register as (
    select
        form_rows.project_key,
        register.*
    from {{ ref('int_start_completion_register__corrected') }} as register
    inner join form_rows
        on
            register.receipt_id = form_rows.receipt_id
            and register.sheet = form_rows.sheet
            and register.row_number = form_rows.row_number
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

given_dates as (
    {% for field in ['verified_start', 'verified_completion'] %}
    select
        project_key,
        '{{ field }}' as date_kind,
        {{ field }} as date_value,
        submitter_code,
        period as month_period,
        3 as part_of_month,
        received_at,
        file_modified_at,
        receipt_id,
        sheet,
        block_no,
        row_number,
        {{ any_corrected('corrected_fields', [field]) }} as is_corrected
    from register
    where {{ field }} is not null
    union all
    {% endfor %}
    {% for field, kind in {
        'actual_start': 'reported_start',
        'actual_completion': 'reported_completion',
        'production_date': 'production_date',
        'resumed_on': 'resumed_on'
    }.items() %}
    select
        project_key,
        '{{ kind }}' as date_kind,
        {{ field }} as date_value,
        submitter_code,
        month_period,
        part_of_month,
        received_at,
        file_modified_at,
        receipt_id,
        sheet,
        block_no,
        row_number,
        {{ any_corrected('corrected_fields', [field]) }} as is_corrected
    from progress
    where {{ field }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    given_dates.project_key,
    given_dates.date_kind,
    given_dates.date_value,
    given_dates.month_period as period,
    given_dates.receipt_id,
    given_dates.sheet,
    given_dates.block_no,
    given_dates.row_number,
    given_dates.is_corrected
from given_dates
inner join latest_units on given_dates.project_key = latest_units.project_key
qualify
    row_number() over (
        partition by given_dates.project_key, given_dates.date_kind
        order by
            given_dates.month_period desc nulls last,
            case when given_dates.submitter_code = latest_units.unit_code then 0 else 1 end asc nulls last,
            given_dates.part_of_month desc nulls last,
            {{ later_accepted_first('given_dates') }}
    ) = 1
