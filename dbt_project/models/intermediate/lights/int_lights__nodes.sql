-- How many of a project's nodes were planned by the period's end and not done by then, one row per project and light
-- period, by the node plans in force. A project that no plan lists a node of is not evaluated.
{{ config(materialized='view') }}

with projects as (
    select *
    from {{ ref('int_projects__periods') }}
    where is_light_period and not is_reserve
),

nodes as (
    select *
    from {{ ref('int_supervision__standings') }}
    where kind = 'node' and is_listed and known_to is null
),

counted as (
    select
        projects.period,
        projects.project_key,
        projects.last_day,
        count(nodes.item_key) as node_count,
        count(case when nodes.due_on <= projects.last_day then 1 end) as due_count,
        count(
            case
                when nodes.due_on <= projects.last_day and coalesce(nodes.done_on > projects.last_day, true) then 1
            end
        ) as overdue_count
    from projects
    left join nodes on projects.project_key = nodes.project_key
    group by projects.period, projects.project_key, projects.last_day
)

select
    period,
    project_key,
    'node' as component,
    'overdue_nodes' as measure,
    case when node_count > 0 then cast(overdue_count as double) end as measure_value,
    '节点 ' || {{ number_words('node_count', 0) }} || ' 个，到 ' || cast(last_day as {{ dbt.type_string() }})
    || ' 应完成 ' || {{ number_words('due_count', 0) }} || ' 个，其中没有完成 '
    || {{ number_words('overdue_count', 0) }} || ' 个' as inputs_words,
    case
        when overdue_count > 0 then {{ number_words('overdue_count', 0) }} || '个节点逾期'
        when due_count > 0 then '到期的节点都已完成'
        else '没有到期的节点'
    end as finding_words,
    case when node_count = 0 then '没有节点计划' end as not_evaluated_because
from counted
