-- 问：最近一期哪些项目亮红灯、黄灯？由哪一项决定，连续几期了？
-- Q: Which projects show red or yellow in the latest period, by what, and for how many periods in a row?
-- 口径：各项中最差的一项决定灯色；连续期数把“未评定”也算作一种。
-- Method: docs/methods/lights.md
select
    lights.light,
    lights.streak,
    units.unit_name,
    lights.project_name,
    lights.deciding_component,
    lights.measure_value,
    lights.threshold,
    lights.reason,
    lights.waived_components
from marts.mart_project_light as lights
inner join marts.dim_unit as units on lights.unit_code = units.unit_code
where
    lights.period = (select max(period) from marts.mart_project_light)
    and lights.light in ('red', 'yellow')
order by lights.light, lights.streak desc, units.unit_code, lights.project_name
