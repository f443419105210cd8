-- One row per rule version, group and indicator of a rule that names its points: the list of them in words.
{{ config(materialized='view') }}

with bands as (
    select
        rule_version,
        unit_group,
        indicator_id,
        lower_rate,
        {{ rate_words('lower_rate') }} || ' 起 ' || {{ number_words('points', 6) }} || ' 分' as band_words
    from {{ ref('stg_score_bands') }}
),

places as (
    select
        rule_version,
        unit_group,
        indicator_id,
        place,
        '第 ' || cast(place as {{ dbt.type_string() }}) || ' 名 '
        || {{ number_words('points', 6) }} || ' 分' as place_words
    from {{ ref('stg_score_rank_points') }}
)

select
    rule_version,
    unit_group,
    indicator_id,
    {{ dbt.listagg('band_words', "'、'", 'order by lower_rate desc') }} || '，更低 0 分' as points_words
from bands
group by rule_version, unit_group, indicator_id
union all
select
    rule_version,
    unit_group,
    indicator_id,
    {{ dbt.listagg('place_words', "'、'", 'order by place') }} || '，以后 0 分' as points_words
from places
group by rule_version, unit_group, indicator_id
