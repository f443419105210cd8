-- One row per project and month: the row of a progress report that stands for it.
{{ config(materialized='view') }}

select *
from {{ ref('int_investment__periods') }}
where period = month_period
