-- 问：最近一个月，各组谁领先？总分、位次、否决、奖项各是什么，总分是怎样加出来的？
-- Q: In the latest month, who is ahead in each group: total, place, veto, awards, and how is the total made up?
-- 口径：总分是各项得分之和；并列取较好的位次；被否决的单位保留得分和位次，不得奖，由下一名递补。
-- Method: docs/methods/scores_rankings_awards.md
with awards as (
    select
        unit_code,
        period,
        count(*) as award_count,
        sum(prize_wanyuan) as prize_wanyuan
    from marts.mart_award
    group by unit_code, period
)

select
    ranking."group",
    ranking.rank_in_group,
    units.unit_name,
    ranking.total_score,
    ranking.is_vetoed,
    ranking.veto_reason,
    coalesce(awards.award_count, 0) as award_count,
    awards.prize_wanyuan,
    ranking.explanation
from marts.mart_ranking as ranking
inner join marts.dim_unit as units on ranking.unit_code = units.unit_code
left join awards on ranking.unit_code = awards.unit_code and ranking.period = awards.period
where ranking.period = (select max(period) from marts.mart_ranking)
order by ranking."group", ranking.rank_in_group nulls last, units.unit_code
