-- One row per reported month and size weight in force in it.
{{ config(materialized='view') }}

with weights as (
    select * from {{ ref('stg_size_weights') }}
)

{{ in_force_by_month('weights') }}
