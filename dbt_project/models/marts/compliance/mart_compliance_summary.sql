-- One row per unit, form and period of a month or longer: the duties that fell into it. A half-month or week counts
-- in the month in which it ends, the last week of a year in December; a return of the year counts in its year only.
with duties as (
    select
        *,
        status <> 'not_due' and (status <> 'refused' or is_past_due) as is_decided,
        least(period_ends, make_date({{ year_of_period('period') }}, 12, 31)) as counted_on
    from {{ ref('mart_reporting_compliance') }}
),

-- A refused file that told no form or period belongs to no duty: it is counted where it arrived, and to nobody's duty.
unassigned as (
    select
        receipts.unit_code,
        coalesce(receipts.form_id, 'unrecognised') as form_id,
        coalesce(forms.form_name, receipts.form_id, '未识别的文件') as form_name,
        cast(receipts.received_at as date) as counted_on
    from {{ ref('stg_receipts') }} as receipts
    inner join {{ ref('stg_units') }} as units on receipts.unit_code = units.unit_code
    left join {{ ref('stg_forms') }} as forms on receipts.form_id = forms.form_id
    where receipts.status = 'refused' and (receipts.form_id is null or receipts.period is null)
),

facts as (
    select
        unit_code,
        form_id,
        form_name,
        counted_on,
        period_type = 'year' as is_of_the_year,
        1 as duty_count,
        case when is_decided then 1 else 0 end as due_count,
        case when status = 'on_time' then 1 else 0 end as on_time_count,
        case when status = 'late' then 1 else 0 end as late_count,
        case when status = 'refused' and is_decided then 1 else 0 end as refused_count,
        case when status = 'missing' then 1 else 0 end as missing_count,
        case when status = 'late' then days_late else 0 end as late_days,
        case when attempts > 0 then 1 else 0 end as attempted_count,
        case when first_pass then 1 else 0 end as first_pass_count,
        attempts,
        error_count,
        warning_count,
        0 as unassigned_attempts
    from duties
    union all
    select
        unit_code,
        form_id,
        form_name,
        counted_on,
        false as is_of_the_year,
        0 as duty_count,
        0 as due_count,
        0 as on_time_count,
        0 as late_count,
        0 as refused_count,
        0 as missing_count,
        0 as late_days,
        0 as attempted_count,
        0 as first_pass_count,
        0 as attempts,
        0 as error_count,
        0 as warning_count,
        1 as unassigned_attempts
    from unassigned
),

counted as (
    select
        facts.unit_code,
        facts.form_id,
        facts.form_name,
        periods.period,
        periods.period_type,
        {% for column in [
            'duty_count', 'due_count', 'on_time_count', 'late_count', 'refused_count', 'missing_count', 'late_days',
            'attempted_count', 'first_pass_count', 'attempts', 'error_count', 'warning_count'
        ] %}
        cast(sum(facts.{{ column }}) as integer) as {{ column }},
        {% endfor %}
        cast(sum(facts.unassigned_attempts) as integer) as unassigned_attempts
    from facts
    inner join {{ ref('dim_period') }} as periods
        on
            facts.counted_on between periods.start_date and periods.end_date
            and periods.period_type in ('month', 'quarter', 'half_year', 'year')
            and (periods.period_type = 'year' or not facts.is_of_the_year)
    group by facts.unit_code, facts.form_id, facts.form_name, periods.period, periods.period_type
)

select
    {{ surrogate_key(['unit_code', 'form_id', 'period']) }} as row_key,
    unit_code,
    form_id,
    form_name,
    period,
    period_type,
    duty_count,
    due_count,
    on_time_count,
    late_count,
    refused_count,
    missing_count,
    {{ rate('on_time_count', 'due_count') }} as on_time_rate_of_due,
    late_days,
    {{ rate('late_days', 'late_count') }} as average_days_late_of_late,
    attempts,
    attempted_count,
    first_pass_count,
    {{ rate('first_pass_count', 'attempted_count') }} as first_pass_rate_of_attempted,
    error_count,
    warning_count,
    unassigned_attempts
from counted
