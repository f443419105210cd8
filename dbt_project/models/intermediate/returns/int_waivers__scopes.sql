-- One row per waiver, and whether it speaks of restricted returns: by its form, by the form of its rule, or, where
-- neither is named, by a project of a unit that sends restricted returns.
{{ config(materialized='view') }}

with restricted_units as (
    select unit_code from {{ ref('stg_units') }} where unit_type = 'statistics'
    union
    select unit_code from {{ ref('stg_receipts') }} where is_restricted
)

select
    waivers.*,
    case
        when coalesce(waivers.form_id, rules.form_id) is not null
            then coalesce(waivers.form_id, rules.form_id) = 'statistics_fai'
        when waivers.project is null then false
        else
            waivers.unit_code is null
            or waivers.unit_code in (select restricted_units.unit_code from restricted_units)
    end as is_restricted
from {{ ref('stg_waivers') }} as waivers
left join {{ ref('stg_rules') }} as rules on waivers.rule_id = rules.rule_id
