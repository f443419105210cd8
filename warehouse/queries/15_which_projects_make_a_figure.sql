-- 问：一个单位的开工数、竣工数、储备数、投资额，是哪些项目算出来的？
-- Q: Which projects make a unit's computed figure: starts, completions, reserve, investment?
-- 口径：取最近一个月；一个项目在一项指标里只计一次；size_weight 是当期规模权重，按规模加权计分的指标用它。
-- Method: docs/methods/targets_and_indicators.md
select
    units.unit_name,
    indicators.indicator_name,
    contributions.project_name,
    contributions.event_date,
    contributions.counted_value,
    contributions.size_weight
from marts.fct_indicator_contributions as contributions
inner join marts.dim_unit as units on contributions.unit_code = units.unit_code
inner join marts.dim_indicator as indicators on contributions.indicator_id = indicators.indicator_id
where contributions.period = (select max(period) from marts.fct_indicator_contributions)
order by units.unit_code, indicators.sort_order, contributions.project_name
