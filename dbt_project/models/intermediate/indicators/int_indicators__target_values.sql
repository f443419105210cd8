-- One row per unit, indicator and year: the target in force. Where several units sent one, that of a unit whose duty
-- it is stands before any other's, else the later accepted.
with targets as (
    select * from {{ ref('stg_target_breakdown') }}
),

speaking as (
    {{ speaking_returns('target_breakdown', 'targets') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
),

duties as (
    select distinct unit_code from {{ ref('stg_due_dates') }} where form_id = 'target_breakdown'
)

select
    unit_names.unit_code,
    targets.indicator_id,
    targets.year,
    targets.target_value,
    indicators.measure_unit,
    targets.submitter_code,
    targets.receipt_id,
    targets.sheet,
    targets.block_no,
    targets.row_number
from targets
inner join speaking
    on
        targets.receipt_id = speaking.receipt_id
        and targets.indicator_id = speaking.indicator_id
inner join indicators on targets.indicator_id = indicators.indicator_id
inner join unit_names on targets.unit_name_key = unit_names.name_key
left join duties on targets.submitter_code = duties.unit_code
where targets.target_value is not null
qualify
    row_number() over (
        partition by unit_names.unit_code, targets.indicator_id, targets.year
        order by
            case when duties.unit_code is null then 1 else 0 end asc nulls last,
            {{ later_accepted_first('targets') }}
    ) = 1
