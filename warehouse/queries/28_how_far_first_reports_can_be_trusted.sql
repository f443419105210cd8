-- 问：各单位初次报的数，后来改动得多不多、大不大？总是报低了再往上改，还是有高有低？
-- Q: How often and by how much are each unit's first reports revised, and always upwards (first reports too low) or both
--    ways?
-- 口径：改动率 = 改动过的个数 ÷ 报过的个数；平均改动带正负号，持续为正说明初报偏低；平均绝对改动看大小。只看金额，本月、本年累计、自开工累计和资金各是各的，不相加。
-- Method: docs/methods/versions_and_revisions.md
select
    units.unit_name,
    summaries.form_id,
    summaries.field,
    sum(summaries.reported_count) as reported_count,
    sum(summaries.revised_count) as revised_count,
    cast(sum(summaries.revised_count) as double) / nullif(sum(summaries.reported_count), 0) as revision_rate,
    sum(summaries.revision_wanyuan) as revision_wanyuan,
    sum(summaries.absolute_revision_wanyuan) as absolute_revision_wanyuan,
    cast(sum(summaries.revision_wanyuan) as double) / nullif(sum(summaries.reported_count), 0) as mean_revision_wanyuan,
    max(summaries.last_revised_at) as last_revised_at
from marts.mart_revision_summary as summaries
inner join marts.dim_unit as units on summaries.unit_code = units.unit_code
where summaries.first_wanyuan is not null or summaries.last_wanyuan is not null
group by units.unit_code, units.unit_name, summaries.form_id, summaries.field
order by revision_rate desc nulls last, absolute_revision_wanyuan desc nulls last, units.unit_code, summaries.form_id, summaries.field
