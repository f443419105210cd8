-- One row per reported month and score rule in force in it, of all groups.
{{ config(materialized='view') }}

with rules as (
    select * from {{ ref('stg_score_rules') }}
)

{{ in_force_by_month('rules') }}
