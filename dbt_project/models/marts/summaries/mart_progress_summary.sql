{#- What may be planned and done, with the words of its columns. -#}
{% set milestones = [
    {'planned': 'planned_start', 'done_on': 'start_date', 'is_done': 'is_started',
     'plans': 'planned_starts', 'done': 'started', 'overdue': 'overdue_start', 'rate': 'start_rate'},
    {'planned': 'planned_completion', 'done_on': 'completion_date', 'is_done': 'is_completed',
     'plans': 'planned_completions', 'done': 'completed', 'overdue': 'overdue_completion', 'rate': 'completed_rate'}
] %}
{% set dimensions = {
    'all': "'all'",
    'tier': 'tier',
    'category': 'category',
    'unit': 'unit_code',
    'township': 'township',
    'nature': 'ledger_nature'
} %}

-- Every project that the year's ledger lists at the month's end; where the parts of a package are listed, they
-- stand for it.
with projects as (
    select * from {{ ref('int_projects__periods') }} where period = month_period and not is_package_parent
),

district as (
    select * from {{ ref('stg_district') }}
),

counted as (
    select
        projects.*,
        counted.counted_ytd_wanyuan,
        counted.is_reported,
        counted.is_carried_forward,
        counted.is_missing,
        time_progress.time_progress_policy,
        time_progress.time_progress_rate,
        time_progress.planned_ytd_wanyuan,
        {% for milestone in milestones %}
        coalesce(extract(year from projects.{{ milestone.planned }}) = projects.year, false)
            as is_{{ milestone.plans }}_year,
        coalesce(
            extract(year from projects.{{ milestone.planned }}) = projects.year
            and projects.{{ milestone.planned }} <= projects.last_day,
            false
        ) as is_{{ milestone.plans }}_to_date,
        coalesce(
            projects.{{ milestone.is_done }}
            and extract(year from projects.{{ milestone.done_on }}) = projects.year
            and projects.{{ milestone.done_on }} <= projects.last_day,
            false
        ) as is_{{ milestone.done }}_in_year,
        {% endfor %}
        coalesce(
            projects.is_continued
            and extract(year from projects.resumed_on) = projects.year
            and projects.resumed_on <= projects.last_day,
            false
        ) as is_resumed
    from projects
    left join {{ ref('int_investment__counted') }} as counted
        on
            projects.period = counted.period
            and projects.project_key = counted.project_key
    left join {{ ref('int_time_progress__projects') }} as time_progress
        on
            projects.period = time_progress.period
            and projects.project_key = time_progress.project_key
),

by_member as (
    {% for dimension, member in dimensions.items() %}
    select
        '{{ dimension }}' as dimension,
        coalesce(nullif(trim({{ member }}), ''), '未填') as member,
        counted.*
    from counted
    union all
    {% endfor %}
    select
        'leader' as dimension,
        coalesce(nullif(trim(counted.lead_official), ''), '未填') as member,
        counted.*
    from counted
    cross join district
    where district.may_publish_names
),

totals as (
    select
        period,
        year,
        dimension,
        member,
        cast(count(*) as integer) as project_count,
        cast(coalesce(sum(plan_year_wanyuan), 0) as decimal(18, 4)) as plan_year_wanyuan,
        cast(coalesce(sum(counted_ytd_wanyuan), 0) as decimal(18, 4)) as investment_ytd_wanyuan,
        cast(count(case when is_reported then 1 end) as integer) as reported_count,
        cast(count(case when is_carried_forward then 1 end) as integer) as carried_forward_count,
        cast(count(case when is_missing then 1 end) as integer) as missing_count,
        case max(time_progress_policy)
            when 'phased' then {{ rate('sum(planned_ytd_wanyuan)', 'sum(plan_year_wanyuan)') }}
            else max(time_progress_rate)
        end as time_progress_rate,
        {% for milestone in milestones %}
        cast(count(case when is_{{ milestone.plans }}_year then 1 end) as integer) as {{ milestone.plans }}_year,
        cast(count(case when is_{{ milestone.plans }}_to_date then 1 end) as integer) as {{ milestone.plans }}_to_date,
        cast(
            count(case when is_{{ milestone.plans }}_year and {{ milestone.is_done }} then 1 end) as integer
        ) as {{ milestone.done }}_count,
        cast(
            count(
                case
                    when
                        is_{{ milestone.plans }}_year
                        and not is_{{ milestone.plans }}_to_date
                        and {{ milestone.is_done }}
                        then 1
                end
            ) as integer
        ) as {{ milestone.done }}_early_count,
        cast(
            count(case when is_{{ milestone.plans }}_to_date and not {{ milestone.is_done }} then 1 end) as integer
        ) as {{ milestone.overdue }}_count,
        cast(
            count(case when not is_{{ milestone.plans }}_year and is_{{ milestone.done }}_in_year then 1 end) as integer
        ) as {{ milestone.done }}_unplanned_count,
        {% endfor %}
        cast(count(case when is_continued then 1 end) as integer) as continued_count,
        cast(count(case when is_resumed then 1 end) as integer) as resumed_count
    from by_member
    group by period, year, dimension, member
),

with_rates as (
    select
        totals.*,
        coalesce(units.unit_name, totals.member) as member_name,
        {{ rate('totals.investment_ytd_wanyuan', 'totals.plan_year_wanyuan') }} as completion_rate
    from totals
    left join {{ ref('stg_units') }} as units
        on totals.dimension = 'unit' and totals.member = units.unit_code
)

select
    {{ surrogate_key(['period', 'dimension', 'member']) }} as row_key,
    period,
    year,
    dimension,
    member,
    case when dimension = 'all' then '全部' else member_name end as member_name,
    project_count,

    plan_year_wanyuan,
    investment_ytd_wanyuan,
    completion_rate,
    time_progress_rate,
    (completion_rate - time_progress_rate) * 100 as progress_gap_pp,
    reported_count,
    carried_forward_count,
    missing_count,

    {% for milestone in milestones %}
    {{ milestone.plans }}_year,
    {{ milestone.plans }}_to_date,
    {{ milestone.done }}_count,
    {{ milestone.done }}_early_count,
    {{ milestone.overdue }}_count,
    {{ milestone.done }}_unplanned_count,
    {{ rate(milestone.done ~ '_count', milestone.plans ~ '_year') }} as {{ milestone.rate }}_on_year,
    {{ rate(milestone.done ~ '_count', milestone.plans ~ '_to_date') }} as {{ milestone.rate }}_to_date,
    {% endfor %}
    continued_count,
    resumed_count,
    {{ rate('resumed_count', 'continued_count') }} as resumption_rate
from with_rates
