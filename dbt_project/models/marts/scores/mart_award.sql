-- A vetoed unit is not among the eligible: the award goes to the next. Ties at the last place all win.
with awards as (
    select * from {{ ref('stg_awards') }}
),

units as (
    select * from {{ ref('stg_units') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

vetoes as (
    select distinct
        unit_code,
        year
    from {{ ref('stg_vetoes') }}
),

exemptions as (
    select
        unit_code,
        indicator_id,
        period
    from {{ ref('int_scores__unit_rules') }}
    where is_exempt
),

rates as (
    select
        progress.unit_code,
        progress.unit_group,
        progress.period,
        progress.indicator_id as scope,
        progress.completion_rate as deciding_value
    from {{ ref('int_indicators__progress') }} as progress
    left join exemptions
        on
            progress.unit_code = exemptions.unit_code
            and progress.indicator_id = exemptions.indicator_id
            and progress.period = exemptions.period
    where progress.completion_rate is not null and exemptions.unit_code is null
),

achievements as (
    select
        unit_code,
        {{ adapter.quote('group') }} as unit_group,
        period,
        'total' as scope,
        total_score as deciding_value
    from {{ ref('mart_ranking') }}
    where total_score is not null
    union all
    select * from rates
),

candidates as (
    select
        awards.award_id,
        awards.award_name,
        awards.unit_group,
        awards.scope,
        awards.winners,
        awards.prize_wanyuan,
        achievements.unit_code,
        achievements.period,
        achievements.deciding_value,
        vetoes.unit_code is not null as is_vetoed
    from awards
    inner join achievements
        on
            awards.scope = achievements.scope
            and coalesce(awards.unit_group, achievements.unit_group, '') = coalesce(achievements.unit_group, '')
    left join vetoes
        on
            achievements.unit_code = vetoes.unit_code
            and {{ year_of_period('achievements.period') }} = vetoes.year
),

placed as (
    select
        *,
        rank() over (
            partition by award_id, period
            order by {{ compared('deciding_value') }} desc nulls last
        ) as place,
        count(*) over (partition by award_id, period) as eligible_count,
        count(*) over (partition by award_id, period, {{ compared('deciding_value') }}) as same_place_count
    from candidates
    where not is_vetoed
),

winning as (
    select * from placed where place <= winners
),

-- Who would have stood before a winner, or beside it.
passed_over as (
    select
        winning.award_id,
        winning.period,
        winning.unit_code,
        {{ dbt.listagg(
            'units.unit_name', "'、'", 'order by candidates.deciding_value desc, candidates.unit_code'
        ) }} as unit_names
    from winning
    inner join candidates
        on
            winning.award_id = candidates.award_id
            and winning.period = candidates.period
            and {{ compared('winning.deciding_value') }} <= {{ compared('candidates.deciding_value') }}
    inner join units on candidates.unit_code = units.unit_code
    where candidates.is_vetoed
    group by winning.award_id, winning.period, winning.unit_code
)

select
    {{ surrogate_key(['winning.award_id', 'winning.unit_code', 'winning.period']) }} as row_key,
    winning.award_id,
    winning.award_name,
    winning.unit_code,
    winning.period,
    winning.unit_group as {{ adapter.quote('group') }},
    winning.scope,
    cast(winning.place as integer) as rank,
    winning.deciding_value,
    winning.prize_wanyuan,
    {{ month_words('winning.period') }} || '，' || winning.award_name || '（'
    || coalesce({{ group_words('winning.unit_group') }}, '各组一起评') || '，取前 '
    || cast(winning.winners as {{ dbt.type_string() }}) || ' 名）：'
    || case
        when winning.scope = 'total' then '总分 ' || {{ number_words('winning.deciding_value', 6) }} || ' 分'
        else
            coalesce(indicators.indicator_name, winning.scope)
            || ' 完成率 ' || {{ rate_words('winning.deciding_value') }}
    end
    || '，在有资格的 ' || {{ place_words('winning.place', 'winning.eligible_count', 'winning.same_place_count') }}
    || case
        when winning.prize_wanyuan is null then ''
        else '，奖金 ' || {{ number_words('winning.prize_wanyuan') }} || ' 万元'
    end
    || '。' || coalesce('一票否决、不参加评奖的：' || passed_over.unit_names || '。', '') as explanation
from winning
left join indicators on winning.scope = indicators.indicator_id
left join passed_over
    on
        winning.award_id = passed_over.award_id
        and winning.period = passed_over.period
        and winning.unit_code = passed_over.unit_code
