-- One row per reported month, assessed unit and rule of its group in force, with the weight the rule has for the
-- unit. An exempt unit keeps its row here, flagged; where the exemption rescales, its weight goes to the unit's
-- other indicators, so that they add up to the same total.
with units as (
    select * from {{ ref('int_scores__assessed_units') }}
),

rules as (
    select * from {{ ref('int_scores__rules') }}
),

exemptions as (
    select * from {{ ref('stg_score_exemptions') }}
),

with_exemption as (
    select
        units.period,
        units.year,
        units.unit_code,
        units.unit_group,
        rules.indicator_id,
        rules.rule_version,
        rules.shape,
        rules.weight as declared_weight,
        rules.parameters,
        rules.points_above,
        rules.points_below,
        rules.exemption,
        rules.cap,
        rules.floor,
        exemptions.unit_code is not null as is_exempt
    from units
    inner join rules
        on
            units.period = rules.period
            and units.unit_group = rules.unit_group
    left join exemptions
        on
            rules.rule_version = exemptions.rule_version
            and rules.unit_group = exemptions.unit_group
            and rules.indicator_id = exemptions.indicator_id
            and units.unit_code = exemptions.unit_code
),

-- Weights are added in decimal, so that the order of the rules cannot change the last digit.
sorted_weights as (
    select
        *,
        cast(case when not is_exempt then declared_weight end as decimal(38, 12)) as own_weight,
        cast(case when is_exempt and exemption = 'rescale' then declared_weight end as decimal(38, 12)) as moving_weight
    from with_exemption
),

with_sums as (
    select
        *,
        cast(coalesce(sum(own_weight) over (partition by period, unit_code), 0) as double) as weight_kept,
        cast(coalesce(sum(moving_weight) over (partition by period, unit_code), 0) as double) as weight_moved
    from sorted_weights
)

-- What has no other weight to go to stays where it is.
select
    *,
    case
        when is_exempt then null
        when weight_moved = 0 or weight_kept = 0 then declared_weight
        else declared_weight * (weight_kept + weight_moved) / weight_kept
    end as weight
from with_sums
