-- How far a project's investment is ahead of time or behind it, one row per project, light period and measure. A first
-- half-month has its own report; the second half is the month's figure.
{{ config(materialized='view') }}

with projects as (
    select
        *,
        case when part_of_month = 1 then period else month_period end as figure_period
    from {{ ref('int_projects__periods') }}
    where is_light_period and not is_reserve
),

investment as (
    select * from {{ ref('int_investment__periods') }}
),

time_progress as (
    select * from {{ ref('int_time_progress__projects') }}
),

figures as (
    select
        projects.period,
        projects.project_key,
        investment.project_key is not null as is_reported,
        investment.investment_ytd_wanyuan,
        projects.plan_year_wanyuan,
        {{ rate('investment.investment_ytd_wanyuan', 'projects.plan_year_wanyuan') }} as completion_rate,
        time_progress.time_progress_policy,
        time_progress.elapsed,
        time_progress.elapsed_of,
        time_progress.planned_ytd_wanyuan,
        time_progress.time_progress_rate
    from projects
    left join investment
        on
            projects.project_key = investment.project_key
            and projects.figure_period = investment.period
    left join time_progress
        on
            projects.project_key = time_progress.project_key
            and projects.period = time_progress.period
),

progress as (
    select
        *,
        (completion_rate - time_progress_rate) * 100 as pp_ahead,
        completion_rate / nullif(time_progress_rate, 0) as ratio_to_time_progress,
        '本年累计 ' || {{ number_words('investment_ytd_wanyuan') }}
        || ' 万元 ÷ 年度计划 ' || {{ number_words('plan_year_wanyuan') }}
        || ' 万元 = 完成率 ' || {{ rate_words('completion_rate') }}
        || '，时间进度 '
        || case
            when time_progress_policy = 'phased'
                then
                    '分期计划 ' || {{ number_words('planned_ytd_wanyuan') }}
                    || ' 万元 ÷ 年度计划 ' || {{ number_words('plan_year_wanyuan') }} || ' 万元'
            else {{ number_words('elapsed', 0) }} || ' ÷ ' || {{ number_words('elapsed_of', 0) }}
        end
        || ' = ' || {{ rate_words('time_progress_rate') }} as rates_words,
        case
            when not is_reported or investment_ytd_wanyuan is null then '本期没有进度报表'
            when completion_rate is null then '没有年度计划投资'
            when time_progress_rate is null then '没有本期的分期计划'
        end as not_evaluated_because
    from figures
),

-- Both measures tell the same figures: side by side, so that their words are put together once.
measures as (
    select 'pp_ahead' as measure
    union all
    select 'ratio_to_time_progress' as measure
)

select
    progress.period,
    progress.project_key,
    'progress' as component,
    measures.measure,
    case measures.measure
        when 'pp_ahead' then {{ compared('progress.pp_ahead') }}
        else {{ compared('progress.ratio_to_time_progress') }}
    end as measure_value,
    progress.rates_words
    || case measures.measure
        when 'pp_ahead' then '，完成率减时间进度 = ' || {{ number_words('progress.pp_ahead', 6) }} || ' 个百分点'
        else '，完成率 ÷ 时间进度 = ' || {{ number_words('progress.ratio_to_time_progress', 6) }}
    end as inputs_words,
    case
        when measures.measure = 'pp_ahead'
            then
                case
                    when {{ compared('progress.pp_ahead') }} > 0
                        then '超序时进度' || {{ number_words('progress.pp_ahead', 2) }} || '个百分点'
                    when {{ compared('progress.pp_ahead') }} < 0
                        then '欠序时进度' || {{ number_words('-progress.pp_ahead', 2) }} || '个百分点'
                    when progress.pp_ahead is not null then '与序时进度持平'
                end
        when progress.ratio_to_time_progress is not null
            then '完成率是时间进度的' || {{ rate_words('progress.ratio_to_time_progress', 2) }}
    end as finding_words,
    case
        when progress.not_evaluated_because is not null then progress.not_evaluated_because
        when measures.measure = 'ratio_to_time_progress' and progress.time_progress_rate = 0 then '时间进度为零'
    end as not_evaluated_because
from progress
cross join measures
