-- One row per project, light period and measure that a light rule may look at: its value or, where there is none,
-- why. inputs_words tells how the value came about, finding_words what it means in a few words.
{{ config(materialized='view') }}

select * from {{ ref('int_lights__progress') }}
union all
select * from {{ ref('int_lights__months') }}
union all
select * from {{ ref('int_lights__nodes') }}
union all
select * from {{ ref('int_lights__entry') }}
