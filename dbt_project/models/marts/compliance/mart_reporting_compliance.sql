-- One row per duty of the reporting plan and period, whether or not anything arrived. Judged is by day: a return is
-- in time until the end of the day it is due. Of a restricted return only counts and dates are told.
with duties as (
    select
        due_dates.*,
        cast(due_dates.due_at as date) as due_on
    from {{ ref('stg_due_dates') }} as due_dates
),

last_load as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

-- A duplicate is no attempt, nor is what an interrupted load left undecided. Within a load the later file time is
-- the later attempt, then the file name (contract §7).
attempts as (
    select
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        receipts.received_at,
        receipts.is_accepted,
        states.error_count,
        states.warning_count,
        row_number() over (
            partition by receipts.unit_code, receipts.form_id, receipts.period
            order by
                receipts.received_at asc nulls last,
                receipts.file_modified_at asc nulls last,
                receipts.file_name asc nulls last,
                receipts.receipt_id asc nulls last
        ) as attempt_no
    from {{ ref('stg_receipts') }} as receipts
    inner join {{ ref('int_returns__states') }} as states on receipts.receipt_id = states.receipt_id
    where receipts.is_accepted or receipts.status = 'refused'
),

answers as (
    select
        unit_code,
        form_id,
        period,
        count(*) as attempts,
        count(case when is_accepted then 1 end) as version_count,
        bool_or(is_accepted and attempt_no = 1) as first_pass,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        min(case when is_accepted then received_at end) as accepted_at,
        sum(error_count) as error_count,
        sum(warning_count) as warning_count
    from attempts
    group by unit_code, form_id, period
),

-- What is settled was late by the day it was accepted, what is not by the day of the load.
judged as (
    select
        duties.unit_code,
        duties.form_id,
        duties.period,
        duties.period_ends,
        duties.due_at,
        duties.is_provisional,
        answers.first_received_at,
        answers.last_received_at,
        answers.accepted_at,
        answers.first_pass,
        coalesce(answers.attempts, 0) as attempts,
        coalesce(answers.version_count, 0) as version_count,
        coalesce(answers.error_count, 0) as error_count,
        coalesce(answers.warning_count, 0) as warning_count,
        last_load.today > duties.due_on as is_past_due,
        {{ days_between(
            'duties.due_on', 'coalesce(cast(answers.accepted_at as date), last_load.today)'
        ) }} as days_after_due
    from duties
    cross join last_load
    left join answers
        on
            duties.unit_code = answers.unit_code
            and duties.form_id = answers.form_id
            and duties.period = answers.period
)

select
    {{ surrogate_key(['judged.unit_code', 'judged.form_id', 'judged.period']) }} as row_key,
    judged.unit_code,
    judged.form_id,
    coalesce(forms.form_name, judged.form_id) as form_name,
    judged.period,
    periods.period_type,
    judged.period_ends,
    judged.due_at,
    judged.is_provisional,
    judged.is_past_due,
    judged.first_received_at,
    judged.last_received_at,
    judged.accepted_at,
    case
        when judged.accepted_at is not null and judged.days_after_due <= 0 then 'on_time'
        when judged.accepted_at is not null then 'late'
        when judged.attempts > 0 then 'refused'
        when judged.is_past_due then 'missing'
        else 'not_due'
    end as status,
    greatest(judged.days_after_due, 0) as days_late,
    cast(judged.attempts as integer) as attempts,
    cast(judged.version_count as integer) as version_count,
    judged.first_pass,
    cast(judged.error_count as integer) as error_count,
    cast(judged.warning_count as integer) as warning_count
from judged
inner join {{ ref('dim_period') }} as periods on judged.period = periods.period
left join {{ ref('stg_forms') }} as forms on judged.form_id = forms.form_id
