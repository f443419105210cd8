-- For how many months after its start a project that is due for entry in the statistics library has not been entered,
-- one row per project and light period, by the month's statistics return.
{{ config(materialized='view') }}

with projects as (
    select *
    from {{ ref('int_projects__periods') }}
    where is_light_period and not is_reserve
),

entry as (
    select * from {{ ref('int_reconciliation__entry') }}
),

statistics_months as (
    select distinct period from entry
),

not_yet_entered as (
    select
        projects.*,
        statistics_months.period is not null as has_statistics,
        entry.project_key is not null as is_compared,
        projects.is_started and coalesce(entry.is_due, false) as is_due,
        coalesce(entry.is_entered, false) as is_entered
    from projects
    left join statistics_months on projects.month_period = statistics_months.period
    left join entry
        on
            projects.month_period = entry.period
            and projects.project_key = entry.project_key
)

select
    period,
    project_key,
    'entry' as component,
    'months_after_start_not_entered' as measure,
    case when is_due and not is_entered then cast(months_since_start as double) end as measure_value,
    '开工 ' || cast(start_date as {{ dbt.type_string() }}) || '，总投资 '
    || {{ number_words('total_investment_wanyuan') }} || ' 万元，'
    || month_period || ' 的统计报表里没有，相差 ' || {{ number_words('months_since_start', 0) }} || ' 个月' as inputs_words,
    {{ months_words('未入统，开工已', '本月开工，尚未入统', '未入统，距开工还有', 'months_since_start') }} as finding_words,
    case
        when not has_statistics then '本月没有统计报表'
        when not is_compared then '打包项目由子项目参加核对'
        when not is_due then '不属于应统项目'
        when is_entered then '已入统'
        when months_since_start is null then '没有开工日期'
    end as not_evaluated_because
from not_yet_entered
