-- 问：到六月底，各单位的各项目标完成过半了没有（时间过半、任务过半）？差多少？
-- Q: By the end of June, has each unit done half of each of its targets? How far is it ahead or behind?
-- 口径：完成率 = 本年累计完成 ÷ 全年目标，不封顶；没有目标的不在内；目标已下达、还没有报完成数的列在最后。
-- Method: docs/methods/targets_and_indicators.md
select
    progress.period,
    units.unit_name,
    indicators.indicator_name,
    progress.target_value,
    progress.actual_value,
    progress.measure_unit,
    progress.completion_rate,
    progress.progress_gap_pp,
    progress.is_on_schedule,
    progress.source
from marts.mart_indicator_progress as progress
inner join marts.dim_unit as units on progress.unit_code = units.unit_code
inner join marts.dim_indicator as indicators on progress.indicator_id = indicators.indicator_id
where progress.period like '%-06' and progress.target_value > 0
order by progress.period, indicators.sort_order, progress.completion_rate desc nulls last, units.unit_code
