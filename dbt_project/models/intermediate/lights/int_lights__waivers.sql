-- One row per light waiver and component of a project in a period that it leaves out. A waiver holds until the end
-- of the day it expires on, so for a period that ends by then. One for a month or a year holds for every period in it.
{{ config(materialized='view') }}

with projects as (
    select * from {{ ref('int_projects__periods') }} where is_light_period and not is_reserve
),

waivers as (
    select
        waiver_no,
        substring(rule_id, 7) as component,
        unit_code,
        period,
        project,
        project_code,
        project_name_key,
        reason,
        expires
    from {{ ref('stg_waivers') }}
    where rule_id like 'light:%'
)

select distinct
    projects.period,
    projects.project_key,
    projects.last_day,
    waivers.component,
    waivers.waiver_no,
    waivers.reason
from projects
inner join waivers
    on
        projects.last_day <= waivers.expires
        and (waivers.unit_code is null or projects.unit_code = waivers.unit_code)
        and (
            waivers.period is null
            or projects.period = waivers.period
            or projects.period like waivers.period || '-%'
        )
left join {{ ref('int_projects__names') }} as names
    on
        projects.project_key = names.project_key
        and projects.year = names.year
        and (
            (names.name_kind = 'project_code' and waivers.project_code = names.name_value)
            or (names.name_kind = 'name' and waivers.project_name_key = names.name_value)
        )
where waivers.project is null or names.project_key is not null
