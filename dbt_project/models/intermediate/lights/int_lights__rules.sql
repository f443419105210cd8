-- One row per reported month and light rule in force in it.
{{ config(materialized='view') }}

with rules as (
    select * from {{ ref('stg_light_rules') }}
),

in_force as (
    {{ in_force_by_month('rules') }}
)

select
    period as month_period,
    rule_version,
    rule_no,
    component,
    light,
    measure,
    operator,
    threshold
from in_force
