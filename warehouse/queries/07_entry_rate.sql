-- 问：最近一个有统计报表的月份，各单位应入统多少、已入统多少？按个数和按总投资的入统率各是多少？还差多少没有入统？
-- Q: In the latest month with a statistics return: how many projects of each unit are due for entry, how many are
--    entered, what are the rates by number and by amount, and how much is still out?
-- 口径：应入统 = 已开工且总投资 500 万元以上（储备不计）；疑似而未确认的匹配不算已入统。
-- Method: docs/methods/entry_rate.md
select
    rates.period,
    units.unit_name,
    rates.due_count,
    rates.entered_count,
    rates.due_count - rates.entered_count as not_entered_count,
    rates.entry_rate_by_count,
    rates.entry_rate_by_amount,
    rates.due_wanyuan - rates.entered_wanyuan as not_entered_wanyuan
from marts.mart_fai_entry_rate as rates
inner join marts.dim_unit as units on rates.unit_code = units.unit_code
where rates.period = (select max(period) from marts.mart_fai_entry_rate)
order by rates.entry_rate_by_count nulls last, not_entered_wanyuan desc, units.unit_code
