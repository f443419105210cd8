-- 问：最近一个月，哪些在建项目没有新照片，已经几个月没有了，最后一张新照片是哪个月的？
-- Q: Which projects under construction have no new photograph of the latest month, for how many months, and of which
--    month is the last new one?
-- 口径：以前报过的同一张照片不算新照片；打包项目看子项目。
-- Method: docs/methods/photographs.md
select
    units.unit_name,
    projects.project_name,
    coverage.months_without_new_photo,
    coverage.last_new_photo_period,
    coverage.photo_count as old_photo_count
from marts.mart_photo_coverage as coverage
inner join marts.dim_project as projects on coverage.project_key = projects.project_key
inner join marts.dim_unit as units on coverage.unit_code = units.unit_code
where
    coverage.period = (select max(latest.period) from marts.mart_photo_coverage as latest)
    and not coverage.has_new_photo
    and not coverage.is_package_parent
order by coverage.months_without_new_photo desc, units.unit_name, projects.project_name;
