-- One row per reported month and light rule in force in it: the version whose start is the latest that falls in the
-- month or before it. A version is a complete set.
with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

rules as (
    select * from {{ ref('stg_light_rules') }}
),

versions as (
    select
        months.period as month_period,
        rules.rule_version
    from months
    inner join rules on months.last_day >= rules.valid_from
    qualify
        row_number() over (
            partition by months.period
            order by rules.valid_from desc nulls last, rules.rule_version desc nulls last
        ) = 1
)

select
    versions.month_period,
    versions.rule_version,
    rules.rule_no,
    rules.component,
    rules.light,
    rules.measure,
    rules.operator,
    rules.threshold
from versions
inner join rules on versions.rule_version = rules.rule_version
