-- The explanation says in words what the columns hold, so that a score can be recomputed by hand from its row.
{#- Figures that stand in the sentences as text, with their decimals: amounts as they are, points to six. -#}
{% set spoken = {
    'weight': 6, 'declared_weight': 6, 'weight_kept': 6, 'weight_moved': 6, 'points_above': 6, 'points_below': 6,
    'cap': 6, 'floor': 6, 'unclamped_score': 6, 'score': 6, 'weighted_count': 6,
    'target_value': 4, 'actual_value': 4, 'best_actual': 4
} %}

with results as (
    select * from {{ ref('int_scores__results') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

rule_words as (
    select * from {{ ref('int_scores__rule_words') }}
),

projects_by_weight as (
    select
        unit_code,
        indicator_id,
        period,
        size_weight,
        count(*) as project_count
    from {{ ref('int_indicators__contributions') }}
    where size_weight is not null
    group by unit_code, indicator_id, period, size_weight
),

weight_terms as (
    select
        unit_code,
        indicator_id,
        period,
        size_weight,
        cast(project_count as {{ dbt.type_string() }}) || ' 个 × ' || {{ number_words('size_weight', 6) }} as term
    from projects_by_weight
),

weighted_words as (
    select
        unit_code,
        indicator_id,
        period,
        {{ dbt.listagg('term', "' + '", 'order by size_weight desc') }} as terms
    from weight_terms
    group by unit_code, indicator_id, period
),

with_words as (
    select
        results.*,
        indicators.indicator_name,
        rule_words.points_words,
        coalesce(weighted_words.terms, '没有计入的项目') as weight_terms,
        count(results.score) over (
            partition by results.period, results.unit_group, results.indicator_id
        ) as scored_count,
        count(*) over (
            partition by results.period, results.unit_group, results.indicator_id, results.rank_in_group
        ) as same_place_count
    from results
    inner join indicators on results.indicator_id = indicators.indicator_id
    left join rule_words
        on
            results.rule_version = rule_words.rule_version
            and results.unit_group = rule_words.unit_group
            and results.indicator_id = rule_words.indicator_id
    left join weighted_words
        on
            results.unit_code = weighted_words.unit_code
            and results.indicator_id = weighted_words.indicator_id
            and results.period = weighted_words.period
),

in_words as (
    select
        *,
        {% for figure, places in spoken.items() %}
        {{ number_words(figure, places) }} as {{ figure }}_words,
        {% endfor %}
        {{ rate_words('completion_rate') }} as rate_words,
        {{ month_words('period') }} || ' ' || indicator_name || '：' as opening
    from with_words
),

-- The arithmetic of each shape; a row says its own.
formulas as (
    select
        *,
        actual_value_words || ' ÷ ' || target_value_words as rate_formula,
        weight_words || ' × ' || actual_value_words || ' ÷ ' || target_value_words as proportional_formula,
        weight_words || ' + ' || points_above_words || ' × (' || actual_value_words || ' ÷ ' || target_value_words
        || ' − 1) × 100（每超 1 个百分点加 ' || points_above_words || ' 分）' as per_point_above_formula,
        weight_words || ' − ' || points_below_words || ' × (1 − ' || actual_value_words || ' ÷ ' || target_value_words
        || ') × 100（每欠 1 个百分点减 ' || points_below_words || ' 分）' as per_point_below_formula,
        points_words || '；'
        || case
            when band_lower_rate is null then '未到最低一档'
            else '达到 ' || {{ rate_words('band_lower_rate') }} || ' 一档'
        end as banded_formula,
        points_words || '；完成率在本组有目标、有完成数的 '
        || {{ place_words('rate_rank', 'compared_count', 'same_rate_count') }} as rank_formula,
        weight_words || ' × ' || actual_value_words || ' ÷ 本组最高完成 ' || best_actual_words as best_formula,
        '规模权重 ' || coalesce(size_weight_version, '无') || '：' || weight_terms || ' = ' || weighted_count_words
        || '；' || weight_words || ' × ' || weighted_count_words || ' ÷ ' || target_value_words as size_formula
    from in_words
),

sentences as (
    select
        *,
        '规则 ' || rule_version || '（' || {{ group_words('unit_group') }} || '）' || {{ shape_words('shape') }}
        || case
            when declared_weight is null then ''
            when weight = declared_weight then '，权重 ' || weight_words
            else
                '，权重 ' || weight_words || '（免于考核的指标的权重按比例分摊：' || declared_weight_words
                || ' × (' || weight_kept_words || ' + ' || weight_moved_words || ') ÷ ' || weight_kept_words || '）'
        end as rule_sentence,
        case
            when shape = 'proportional' then proportional_formula
            when shape = 'per_point' and completion_rate >= 1 then per_point_above_formula
            when shape = 'per_point' then per_point_below_formula
            when shape = 'banded' then banded_formula
            when shape = 'rank' then rank_formula
            when shape = 'relative_to_best' and best_actual <= 0 then '本组最高完成不大于 0'
            when shape = 'relative_to_best' then best_formula
            when shape = 'size_weighted' then size_formula
        end || ' = ' || unclamped_score_words || ' 分' as score_sentence,
        case when cap is null then '不设上限' else '上限 ' || cap_words || ' 分' end
        || case when floor is null then '、不设下限' else '、下限 ' || floor_words || ' 分' end
        || case
            when is_clamped and cap < unclamped_score then '，超过上限，取上限'
            when is_clamped and floor > unclamped_score then '，低于下限，取下限'
            else ''
        end as clamp_sentence
    from formulas
)

select
    {{ surrogate_key(['unit_code', 'indicator_id', 'period']) }} as row_key,
    unit_code,
    unit_group as {{ adapter.quote('group') }},
    indicator_id,
    period,
    rule_version,
    shape,
    declared_weight,
    weight,
    parameters,
    points_above,
    points_below,
    cap,
    floor,

    target_value,
    actual_value,
    measure_unit,
    source,
    completion_rate,
    time_progress_rate,
    is_on_schedule,
    weighted_count,
    size_weight_version,
    best_actual,
    cast(rate_rank as integer) as rate_rank,
    band_lower_rate,

    unclamped_score,
    is_clamped,
    score,
    cast(rank_in_group as integer) as rank_in_group,
    opening
    || case
        when not has_target
            then '没有目标，不计分（完成 ' || actual_value_words || ' ' || measure_unit || '）。' || rule_sentence || '。'
        when actual_value is null
            then '目标 ' || target_value_words || ' ' || measure_unit || '，未报送本月完成数，不计分。' || rule_sentence || '。'
        when score is null
            then '目标 ' || target_value_words || ' ' || measure_unit || '，没有现行的规模权重，不计分。' || rule_sentence || '。'
        else
            '目标 ' || target_value_words || ' ' || measure_unit || '，完成 ' || actual_value_words || ' ' || measure_unit
            || '，完成率 ' || rate_formula || ' = ' || rate_words || '。'
            || rule_sentence || '。计算：' || score_sentence || '；' || clamp_sentence
            || '，得 ' || score_words || ' 分，在本组得分的 '
            || {{ place_words('rank_in_group', 'scored_count', 'same_place_count') }} || '。'
    end as explanation
from sentences
