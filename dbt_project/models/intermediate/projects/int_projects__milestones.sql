-- The verified date counts where there is one, else the reported one (contract §7, Facts).
{{ config(materialized='view') }}
{% set date_kinds = [
    'verified_start', 'reported_start', 'verified_completion', 'reported_completion', 'production_date', 'resumed_on'
] %}

with projects as (
    select distinct project_key from {{ ref('int_projects__years') }}
),

dates as (
    select * from {{ ref('int_projects__dates') }}
),

side_by_side as (
    select
        projects.project_key,
        {% for date_kind in date_kinds %}
        count(
            case when dates.is_corrected and dates.date_kind = '{{ date_kind }}' then 1 end
        ) > 0 as is_{{ date_kind }}_corrected,
        {% endfor %}
        max(case when dates.date_kind = 'verified_start' then dates.date_value end) as verified_start,
        max(case when dates.date_kind = 'reported_start' then dates.date_value end) as reported_start,
        max(case when dates.date_kind = 'verified_completion' then dates.date_value end) as verified_completion,
        max(case when dates.date_kind = 'reported_completion' then dates.date_value end) as reported_completion,
        max(case when dates.date_kind = 'production_date' then dates.date_value end) as production_date,
        max(case when dates.date_kind = 'resumed_on' then dates.date_value end) as resumed_on
    from projects
    left join dates on projects.project_key = dates.project_key
    group by projects.project_key
)

select
    *,
    coalesce(verified_start, reported_start) as start_date,
    coalesce(verified_completion, reported_completion) as completion_date,
    is_verified_start_corrected or is_reported_start_corrected as is_start_corrected,
    is_verified_completion_corrected
    or is_reported_completion_corrected
    or is_production_date_corrected as is_completion_corrected,
    -- Of the date that counts alone.
    case
        when verified_start is null then is_reported_start_corrected else is_verified_start_corrected
    end as is_start_date_corrected,
    case
        when verified_completion is null then is_reported_completion_corrected else is_verified_completion_corrected
    end as is_completion_date_corrected
from side_by_side
