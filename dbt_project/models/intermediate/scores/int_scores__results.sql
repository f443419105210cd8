-- One row per reported month, unit and indicator it is scored on: the score with everything it is made of.
with rules as (
    select * from {{ ref('int_scores__unit_rules') }} where not is_exempt
),

progress as (
    select * from {{ ref('int_indicators__progress') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

size_weight_versions as (
    select distinct
        period,
        rule_version
    from {{ ref('int_indicators__size_weights') }}
),

weighted_counts as (
    select
        unit_code,
        indicator_id,
        period,
        cast(sum(cast(size_weight as decimal(38, 18))) as double) as weighted_count
    from {{ ref('int_indicators__contributions') }}
    group by unit_code, indicator_id, period
),

-- A target of 0 is none.
inputs as (
    select
        rules.*,
        progress.measure_unit,
        progress.source,
        progress.target_value,
        progress.actual_value,
        progress.completion_rate,
        progress.time_progress_rate,
        progress.is_on_schedule,
        coalesce(progress.target_value, 0) <> 0 as has_target,
        size_weight_versions.rule_version as size_weight_version,
        case
            when size_weight_versions.rule_version is not null and indicators.is_count
                then coalesce(weighted_counts.weighted_count, 0)
        end as weighted_count
    from rules
    inner join indicators on rules.indicator_id = indicators.indicator_id
    inner join progress
        on
            rules.unit_code = progress.unit_code
            and rules.indicator_id = progress.indicator_id
            and rules.period = progress.period
    left join size_weight_versions on rules.period = size_weight_versions.period
    left join weighted_counts
        on
            rules.unit_code = weighted_counts.unit_code
            and rules.indicator_id = weighted_counts.indicator_id
            and rules.period = weighted_counts.period
),

-- Who is compared with whom: the units of the group with a target and a figure.
compared as (
    select
        unit_code,
        indicator_id,
        period,
        rank() over (
            partition by period, unit_group, indicator_id
            order by {{ compared('completion_rate') }} desc nulls last
        ) as rate_rank,
        count(*) over (partition by period, unit_group, indicator_id) as compared_count,
        count(*) over (
            partition by period, unit_group, indicator_id, {{ compared('completion_rate') }}
        ) as same_rate_count,
        max(actual_value) over (partition by period, unit_group, indicator_id) as best_actual
    from inputs
    where has_target and actual_value is not null
),

bands as (
    select * from {{ ref('stg_score_bands') }}
),

bands_reached as (
    select
        inputs.unit_code,
        inputs.indicator_id,
        inputs.period,
        bands.lower_rate,
        bands.points
    from inputs
    inner join bands
        on
            inputs.rule_version = bands.rule_version
            and inputs.unit_group = bands.unit_group
            and inputs.indicator_id = bands.indicator_id
            and {{ compared('inputs.completion_rate') }} >= {{ compared('bands.lower_rate') }}
    qualify
        row_number() over (
            partition by inputs.unit_code, inputs.indicator_id, inputs.period
            order by bands.lower_rate desc nulls last
        ) = 1
),

rank_points as (
    select * from {{ ref('stg_score_rank_points') }}
),

side_by_side as (
    select
        inputs.*,
        compared.rate_rank,
        compared.compared_count,
        compared.same_rate_count,
        compared.best_actual,
        bands_reached.lower_rate as band_lower_rate,
        coalesce(bands_reached.points, 0) as band_points,
        coalesce(rank_points.points, 0) as place_points
    from inputs
    left join compared
        on
            inputs.unit_code = compared.unit_code
            and inputs.indicator_id = compared.indicator_id
            and inputs.period = compared.period
    left join bands_reached
        on
            inputs.unit_code = bands_reached.unit_code
            and inputs.indicator_id = bands_reached.indicator_id
            and inputs.period = bands_reached.period
    left join rank_points
        on
            inputs.rule_version = rank_points.rule_version
            and inputs.unit_group = rank_points.unit_group
            and inputs.indicator_id = rank_points.indicator_id
            and compared.rate_rank = rank_points.place
),

with_points as (
    select
        *,
        case
            when not has_target or actual_value is null then null
            when shape = 'proportional' then weight * completion_rate
            when shape = 'per_point' and completion_rate >= 1
                then weight + coalesce(points_above, 0) * (completion_rate - 1) * 100
            when shape = 'per_point' then weight - coalesce(points_below, 0) * (1 - completion_rate) * 100
            when shape = 'banded' then band_points
            when shape = 'rank' then place_points
            when shape = 'relative_to_best' and best_actual <= 0 then 0
            when shape = 'relative_to_best' then weight * {{ rate('actual_value', 'best_actual') }}
            when shape = 'size_weighted' then weight * {{ rate('weighted_count', 'target_value') }}
        end as unclamped_score
    from side_by_side
),

clamped as (
    select
        *,
        case
            when cap < unclamped_score then cap
            when floor > unclamped_score then floor
            else unclamped_score
        end as score
    from with_points
)

select
    *,
    coalesce({{ compared('score - unclamped_score') }} <> 0, false) as is_clamped,
    case
        when score is not null
            then rank() over (
                partition by period, unit_group, indicator_id
                order by {{ compared('score') }} desc nulls last
            )
    end as rank_in_group
from clamped
