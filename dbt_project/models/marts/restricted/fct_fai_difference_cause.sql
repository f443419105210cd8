-- What each difference consists of: ledger less statistics, a side without a figure counted as nothing, in parts whose
-- sum is the difference; where nothing differs, one part of zero. A part is ascribed to timing and scope only where
-- they explain the whole; what is explained in part is not explained. The last part takes what lies within tolerance.
{#- Tried in this order: the month that one side is behind by, and what the ledger may leave out. -#}
{% set explanations = [
    ('statistics_behind', 0, 0),
    ('ledger_behind', 0, 0),
    ('half_month', 0, 0),
    ('none', 1, 0),
    ('none', 0, 1),
    ('none', 1, 1),
    ('statistics_behind', 1, 0),
    ('statistics_behind', 0, 1),
    ('statistics_behind', 1, 1),
    ('ledger_behind', 1, 0),
    ('ledger_behind', 0, 1),
    ('ledger_behind', 1, 1),
] %}

with compared as (
    select
        *,
        cast(coalesce(ledger_ytd_wanyuan, 0) - coalesce(statistics_ytd_wanyuan, 0) as decimal(18, 4)) as gap_wanyuan
    from {{ ref('int_reconciliation__rows') }}
),

explanations as (
    {% for timing, other_count, equipment_count in explanations %}
    select
        {{ loop.index }} as explanation_no,
        '{{ timing }}' as timing,
        {{ other_count }} as other_count,
        {{ equipment_count }} as equipment_count
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

tried as (
    select
        compared.row_key,
        compared.gap_wanyuan,
        compared.tolerance_wanyuan,
        explanations.*,
        cast(
            case explanations.timing
                when 'statistics_behind' then compared.ledger_ytd_wanyuan - compared.last_month_ledger_ytd_wanyuan
                when 'ledger_behind' then compared.last_month_statistics_ytd_wanyuan - compared.statistics_ytd_wanyuan
                when 'half_month' then case when compared.is_half_month_figure then compared.gap_wanyuan end
                else 0
            end as decimal(18, 4)
        ) as timing_wanyuan,
        cast(
            -1 * compared.other_wanyuan * explanations.other_count
            - compared.equipment_wanyuan * explanations.equipment_count as decimal(18, 4)
        ) as scope_wanyuan
    from compared
    cross join explanations
    where compared.match_class = 'matched_differs'
),

explained as (
    select *
    from tried
    where abs(gap_wanyuan - timing_wanyuan - scope_wanyuan) <= tolerance_wanyuan
    qualify row_number() over (partition by row_key order by explanation_no) = 1
),

with_parts as (
    select
        compared.*,
        explained.timing,
        explained.other_count,
        explained.equipment_count,
        case
            when explained.row_key is null then compared.reason_code
            when explained.timing = 'none' then 'scope'
            else 'timing'
        end as first_cause,
        coalesce(explained.timing <> 'none' and explained.other_count + explained.equipment_count > 0, false)
            as has_second_cause,
        explained.timing_wanyuan
    from compared
    left join explained on compared.row_key = explained.row_key
),

parts as (
    select
        *,
        1 as part_no,
        first_cause as cause,
        case when has_second_cause then timing_wanyuan else gap_wanyuan end as amount_wanyuan
    from with_parts
    union all
    select
        *,
        2 as part_no,
        'scope' as cause,
        cast(gap_wanyuan - timing_wanyuan as decimal(18, 4)) as amount_wanyuan
    from with_parts
    where has_second_cause
)

select
    {{ surrogate_key(['row_key', 'cause']) }} as row_key,
    row_key as reconciliation_key,
    period,
    project_key,
    statistics_code,
    unit_code,
    match_class,
    cause,
    cast(part_no as integer) as part_no,
    cast(amount_wanyuan as decimal(18, 4)) as amount_wanyuan,
    cast(gap_wanyuan as decimal(18, 4)) as gap_wanyuan,
    case
        when cause = 'scope' and other_count + equipment_count = 2 then '台账未含设备工器具购置和其他费用'
        when cause = 'scope' and other_count = 1 then '台账未含其他费用'
        when cause = 'scope' and equipment_count = 1 then '台账未含设备工器具购置'
        when cause = 'scope' then '房地产项目，不在重点项目台账的范围'
        when timing = 'statistics_behind' then '统计数与台账上月数一致：统计晚一个月'
        when timing = 'ledger_behind' then '台账数与统计上月数一致：台账晚一个月'
        when timing = 'half_month' then '台账只有上半月的数'
        when cause = 'timing' and ledger_ytd_wanyuan is null and statistics_ytd_wanyuan is null then '已匹配，两方当月都没有数'
        when cause = 'timing' and ledger_ytd_wanyuan is null then '已匹配，台账当月没有数'
        when cause = 'timing' then '已匹配，统计当月没有数'
        when cause = 'equal' then '容差以内'
        when cause = 'threshold' then '总投资在统计起点以下'
        when cause = 'not_entered' then '已开工、达到起点，尚未入统'
        when cause = 'not_started' then '尚未开工'
        when cause = 'package' then '打包项目与其子项目的范围不同'
        when cause = 'location' then '建设地址不在同一处'
        when cause = 'unmatched' and match_class = 'proposed' then '疑似同一项目，尚未确认'
        when cause = 'unmatched' then '统计库中的记录没有对应的台账项目'
        else '算不出原因，请向项目单位和统计部门了解'
    end as basis,
    statistics_figure_count
from parts
