-- Every assessed unit has its row in a month with rules, also one whose group has none.
with units as (
    select * from {{ ref('int_scores__assessed_units') }}
),

versions as (
    select distinct
        period,
        rule_version
    from {{ ref('int_scores__rules') }}
),

rules as (
    select * from {{ ref('int_scores__unit_rules') }}
),

scores as (
    select * from {{ ref('mart_scorecard') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

vetoes as (
    select
        unit_code,
        year,
        {{ dbt.listagg('reason', "'；'", 'order by reason') }} as veto_reason
    from {{ ref('stg_vetoes') }}
    group by unit_code, year
),

terms as (
    select
        units.period,
        units.year,
        units.unit_code,
        units.unit_group,
        versions.rule_version,
        indicators.sort_order,
        scores.score,
        case
            when scores.score is not null
                then indicators.indicator_name || ' ' || {{ number_words('scores.score', 6) }}
        end as score_term,
        case when not rules.is_exempt and scores.score is null then indicators.indicator_name end as unscored_name,
        case when rules.is_exempt then indicators.indicator_name end as exempt_name,
        case when rules.is_exempt then rules.indicator_id end as exempt_id
    from units
    inner join versions on units.period = versions.period
    left join rules
        on
            units.period = rules.period
            and units.unit_code = rules.unit_code
    left join indicators on rules.indicator_id = indicators.indicator_id
    left join scores
        on
            rules.unit_code = scores.unit_code
            and rules.indicator_id = scores.indicator_id
            and rules.period = scores.period
),

-- Added in decimal, so that the order of the rows cannot change the last digit.
totals as (
    select
        period,
        year,
        unit_code,
        unit_group,
        rule_version,
        cast(sum(cast(score as decimal(38, 18))) as double) as total_score,
        cast(count(score) as integer) as scored_indicator_count,
        {{ dbt.listagg('score_term', "' + '", 'order by sort_order') }} as score_terms,
        {{ dbt.listagg('unscored_name', "'、'", 'order by sort_order') }} as unscored_names,
        {{ dbt.listagg('exempt_name', "'、'", 'order by sort_order') }} as exempt_names,
        {{ dbt.listagg('exempt_id', "';'", 'order by sort_order') }} as exempt_indicators
    from terms
    group by period, year, unit_code, unit_group, rule_version
),

placed as (
    select
        totals.*,
        vetoes.veto_reason,
        vetoes.unit_code is not null as is_vetoed,
        case
            when totals.total_score is not null
                then rank() over (
                    partition by totals.period, totals.unit_group
                    order by {{ compared('totals.total_score') }} desc nulls last
                )
        end as rank_in_group,
        count(totals.total_score) over (partition by totals.period, totals.unit_group) as ranked_count
    from totals
    left join vetoes
        on
            totals.unit_code = vetoes.unit_code
            and totals.year = vetoes.year
),

ranked as (
    select
        *,
        count(*) over (partition by period, unit_group, rank_in_group) as same_place_count
    from placed
)

select
    {{ surrogate_key(['unit_code', 'period']) }} as row_key,
    unit_code,
    unit_group as {{ adapter.quote('group') }},
    period,
    total_score,
    scored_indicator_count,
    cast(rank_in_group as integer) as rank_in_group,
    is_vetoed,
    veto_reason,
    exempt_indicators,
    rule_version,
    {{ month_words('period') }} || '，' || coalesce({{ group_words('unit_group') }}, '不分组')
    || '，规则 ' || rule_version || '。'
    || case
        when total_score is null then '没有一项计分，不排名。'
        else
            '总分 = ' || score_terms || ' = ' || {{ number_words('total_score', 6) }} || ' 分，在本组有总分的 '
            || {{ place_words('rank_in_group', 'ranked_count', 'same_place_count') }} || '。'
    end
    || coalesce('没有计分：' || unscored_names || '。', '')
    || coalesce('免于考核：' || exempt_names || '。', '')
    || case
        when is_vetoed
            then
                cast(year as {{ dbt.type_string() }}) || '年一票否决（' || veto_reason
                || '）：得分和名次保留，不参加评奖。'
        else ''
    end as explanation
from ranked
