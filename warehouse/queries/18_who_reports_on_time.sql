-- 问：今年到目前为止，各单位应报的报表有多少按时、迟报、退回、没报？按时率、一次通过率是多少，平均晚几天，排第几？
-- Q: In the latest year so far, how many of its returns did each unit send on time, late, refused or not at all?
-- 口径：已到期的才算；先把各表种的份数加起来，再相除；没有到期报表的单位没有位次。
-- Method: docs/methods/reporting_compliance.md
with totals as (
    select
        unit_code,
        sum(due_count) as due_count,
        sum(on_time_count) as on_time_count,
        sum(late_count) as late_count,
        sum(refused_count) as refused_count,
        sum(missing_count) as missing_count,
        sum(late_days) as late_days,
        sum(attempted_count) as attempted_count,
        sum(first_pass_count) as first_pass_count,
        sum(unassigned_attempts) as unassigned_attempts
    from marts.mart_compliance_summary
    where period = (
        select max(period) from marts.mart_compliance_summary where period_type = 'year' and due_count > 0
    )
    group by unit_code
),

rates as (
    select
        *,
        cast(on_time_count as double) / nullif(due_count, 0) as on_time_rate_of_due,
        cast(first_pass_count as double) / nullif(attempted_count, 0) as first_pass_rate_of_attempted,
        cast(late_days as double) / nullif(late_count, 0) as average_days_late_of_late
    from totals
)

select
    units."group",
    units.unit_name,
    rates.due_count,
    rates.on_time_count,
    rates.late_count,
    rates.refused_count,
    rates.missing_count,
    rates.on_time_rate_of_due,
    rates.first_pass_rate_of_attempted,
    rates.average_days_late_of_late,
    rates.unassigned_attempts,
    case
        when rates.due_count > 0
            then rank() over (partition by units."group" order by rates.on_time_rate_of_due desc nulls last)
    end as rank_in_group
from rates
inner join marts.dim_unit as units on rates.unit_code = units.unit_code
order by units."group" nulls last, rank_in_group nulls last, rates.missing_count, units.unit_code
