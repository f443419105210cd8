{#- What the scores of one subject in one half-year are averaged over. -#}
{% set in_half = 'over (partition by halves.period, reviewed.subject_type, reviewed.subject_code)' %}

-- Who was reviewed: a registered unit by its name, else a project, also one that no ledger knows.
with reviews as (
    select
        site_review.*,
        case when reviewed_units.unit_code is not null then 'unit' else 'project' end as subject_type,
        coalesce(
            reviewed_units.unit_code, form_rows.project_key, site_review.reviewed_name_key
        ) as subject_code,
        case when reviewed_units.unit_code is null then form_rows.project_key end as project_key,
        reviewed_units.unit_code as reviewed_unit_code,
        responsible_units.unit_code as named_unit_code
    from {{ ref('stg_site_review') }} as site_review
    left join {{ ref('int_projects__form_rows') }} as form_rows
        on
            site_review.receipt_id = form_rows.receipt_id
            and site_review.sheet = form_rows.sheet
            and site_review.row_number = form_rows.row_number
    left join {{ ref('stg_unit_names') }} as reviewed_units
        on site_review.reviewed_name_key = reviewed_units.name_key
    left join {{ ref('stg_unit_names') }} as responsible_units
        on site_review.responsible_unit_key = responsible_units.name_key
),

periods as (
    select * from {{ ref('dim_period') }}
),

last_load as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

duties as (
    select distinct unit_code from {{ ref('stg_due_dates') }} where form_id = 'site_review'
),

-- Two who score the same subject: whose duty it is stands before anybody else, then the later accepted.
standing as (
    select reviews.*
    from reviews
    left join duties on reviews.submitter_code = duties.unit_code
    qualify
        row_number() over (
            partition by reviews.reviewed_period, reviews.subject_type, reviews.subject_code
            order by
                case when duties.unit_code is not null then 0 else 1 end asc nulls last,
                {{ later_accepted_first('reviews') }}
        ) = 1
),

-- A reviewer says nothing of who answers for a project: a blank 责任单位 is the project's own.
reviewed as (
    select
        standing.reviewed_period as period,
        periods.period_type,
        periods.end_date,
        standing.subject_type,
        standing.subject_code,
        coalesce(units.unit_name, projects.project_name, standing.reviewed_name) as subject_name,
        standing.project_key,
        coalesce(
            standing.reviewed_unit_code, standing.named_unit_code, projects.unit_code, standing.submitter_code
        ) as unit_code,
        standing.daily_score,
        standing.site_score,
        case
            when standing.daily_score is not null or standing.site_score is not null
                then coalesce(standing.daily_score, 0) + coalesce(standing.site_score, 0)
        end as total_score,
        standing.receipt_id,
        standing.sheet,
        standing.row_number
    from standing
    left join periods on standing.reviewed_period = periods.period
    left join {{ ref('dim_unit') }} as units on standing.reviewed_unit_code = units.unit_code
    left join {{ ref('dim_project') }} as projects on standing.project_key = projects.project_key
),

-- What the half-year's last review says of the subject stands beside the averages.
half_years as (
    select
        halves.period,
        halves.period_type,
        halves.end_date,
        reviewed.subject_type,
        reviewed.subject_code,
        reviewed.subject_name,
        reviewed.project_key,
        reviewed.unit_code,
        {% for score in ['daily_score', 'site_score', 'total_score'] %}
        {{ rate('sum(reviewed.' ~ score ~ ') ' ~ in_half, 'count(reviewed.' ~ score ~ ') ' ~ in_half) }} as {{ score }},
        {% endfor %}
        count(reviewed.total_score) {{ in_half }} as months_reviewed,
        cast(null as {{ dbt.type_string() }}) as receipt_id,
        cast(null as {{ dbt.type_string() }}) as sheet,
        cast(null as integer) as row_number
    from reviewed
    inner join periods as halves
        on
            halves.period_type = 'half_year'
            and reviewed.period_type <> 'year'
            and reviewed.end_date between halves.start_date and halves.end_date
    qualify
        row_number() over (
            partition by halves.period, reviewed.subject_type, reviewed.subject_code
            order by reviewed.end_date desc nulls last, reviewed.period desc nulls last
        ) = 1
),

scored as (
    select
        period,
        period_type,
        end_date,
        subject_type,
        subject_code,
        subject_name,
        project_key,
        unit_code,
        cast(daily_score as double) as daily_score,
        cast(site_score as double) as site_score,
        cast(total_score as double) as total_score,
        case when total_score is null then 0 else 1 end as months_reviewed,
        receipt_id,
        sheet,
        row_number
    from reviewed
    union all
    select * from half_years
),

-- Who has no score is not ranked.
ranked as (
    select
        *,
        case
            when total_score is not null
                then
                    rank() over (
                        partition by period, subject_type
                        order by {{ compared('total_score') }} desc nulls last
                    )
        end as place
    from scored
),

placed as (
    select
        *,
        coalesce(place > 1 and place = max(place) over (partition by period, subject_type), false) as is_last
    from ranked
)

select
    {{ surrogate_key(['placed.period', 'placed.subject_type', 'placed.subject_code']) }} as row_key,
    placed.period,
    placed.period_type,
    placed.subject_type,
    placed.subject_code,
    placed.subject_name,
    placed.project_key,
    placed.unit_code,
    placed.daily_score,
    placed.site_score,
    placed.total_score,
    cast(placed.months_reviewed as integer) as months_reviewed,
    cast(placed.place as integer) as rank,
    placed.is_last,
    placed.is_last and placed.period_type = 'half_year' as is_last_at_half_year,
    coalesce(placed.end_date >= last_load.today, false) as is_provisional,
    placed.receipt_id,
    placed.sheet,
    placed.row_number
from placed
cross join last_load
