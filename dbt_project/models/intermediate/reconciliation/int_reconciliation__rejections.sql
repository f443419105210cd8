-- Ledger projects and statistics records that somebody decided are not the same: their names never join them, and they
-- are not proposed. An equal code outweighs it. Restricted.
{{ config(materialized='view') }}

select distinct
    identity.project_key,
    rejections.statistics_code
from {{ ref('stg_link_rejections') }} as rejections
inner join {{ ref('int_projects__identity') }} as identity on rejections.project_code = identity.link_id
