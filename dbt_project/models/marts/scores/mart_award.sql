-- A vetoed unit is not among the eligible: the award goes to the next. Ties at the last place all win.
with awards as (
    select * from {{ ref('stg_awards') }}
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
        progress.{{ adapter.quote('group') }} as unit_group,
        progress.period,
        progress.indicator_id as scope,
        progress.completion_rate as deciding_value
    from {{ ref('mart_indicator_progress') }} as progress
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

eligible as (
    select achievements.*
    from achievements
    left join vetoes
        on
            achievements.unit_code = vetoes.unit_code
            and {{ year_of_period('achievements.period') }} = vetoes.year
    where vetoes.unit_code is null
),

placed as (
    select
        awards.*,
        eligible.unit_code,
        eligible.period,
        eligible.deciding_value,
        rank() over (
            partition by awards.award_id, eligible.period
            order by round(eligible.deciding_value, 9) desc nulls last
        ) as place
    from awards
    inner join eligible
        on
            awards.scope = eligible.scope
            and coalesce(awards.unit_group, eligible.unit_group, '') = coalesce(eligible.unit_group, '')
)

select
    {{ surrogate_key(['award_id', 'unit_code', 'period']) }} as row_key,
    award_id,
    award_name,
    unit_code,
    period,
    unit_group as {{ adapter.quote('group') }},
    scope,
    cast(place as integer) as rank,
    deciding_value,
    prize_wanyuan
from placed
where place <= winners
