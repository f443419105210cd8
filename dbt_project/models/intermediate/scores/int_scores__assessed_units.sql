-- One row per reported month and unit that is assessed in it: valid on some day of the month.
{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

units as (
    select * from {{ ref('stg_units') }} where assessed
)

select
    months.period,
    months.year,
    units.unit_code,
    units.unit_group
from months
inner join units
    on
        coalesce(months.last_day >= units.valid_from, true)
        and coalesce(months.first_day <= units.valid_to, true)
