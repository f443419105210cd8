-- 问：最近一个月第一名的那个单位，每项得分是怎么来的：目标、完成数各出自哪个单位的哪份文件、哪一格，原文怎么写？
-- Q: The unit in first place in the latest month: from which file and cell do the target and the figure behind each of its
--    scores come, project by project where the figure is computed, and what did the cell say?
-- 口径：part 为 target 的是目标，reported 是报送的完成数，project 是算出的完成数里的一个项目；换单位、换月份，改括号里的两个值。
-- Method: docs/methods/row_accounting_and_lineage.md
with latest as (
    select max(period) as period from marts.mart_ranking
),

first_place as (
    select min(rankings.unit_code) as unit_code
    from marts.mart_ranking as rankings
    inner join latest on rankings.period = latest.period
    where rankings.rank_in_group = 1
)

select
    units.unit_name,
    cells.period,
    indicators.indicator_name,
    cells.score,
    cells.weight,
    cells.part,
    cells.project_name,
    cells.value,
    senders.unit_name as sent_by,
    cells.file_name,
    cells.sheet,
    cells.cell,
    cells.raw_text,
    cells.steps
from marts.ranking_cells((select unit_code from first_place), (select period from latest)) as cells
inner join marts.dim_unit as units on cells.unit_code = units.unit_code
inner join marts.dim_indicator as indicators on cells.indicator_id = indicators.indicator_id
left join marts.dim_unit as senders on cells.sent_by = senders.unit_code
order by indicators.sort_order, cells.part desc, cells.project_name, cells.source_row_key
