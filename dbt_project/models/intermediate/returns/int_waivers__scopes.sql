-- One row per waiver, and whether it speaks of restricted returns: by its form or the form of its rule, or, where
-- neither is named, because it is for a unit that sends restricted returns, or names a project of no one unit.
{{ config(materialized='view') }}

with restricted_units as (
    select unit_code from {{ ref('stg_units') }} where unit_type = 'statistics'
    union
    select unit_code from {{ ref('stg_receipts') }} where is_restricted
),

-- A return says whether its form is restricted. A form that nobody has sent yet is restricted where the statistics
-- office is to send it, and where nobody is.
sent_forms as (
    select
        form_id,
        bool_or(is_restricted) as is_restricted
    from {{ ref('stg_receipts') }}
    where form_id is not null
    group by form_id
),

owed_forms as (
    select
        due_dates.form_id,
        bool_or(units.unit_type = 'statistics') as is_restricted
    from {{ ref('stg_due_dates') }} as due_dates
    inner join {{ ref('stg_units') }} as units on due_dates.unit_code = units.unit_code
    group by due_dates.form_id
),

waived as (
    select
        waivers.*,
        coalesce(waivers.form_id, rules.form_id) as waived_form_id
    from {{ ref('stg_waivers') }} as waivers
    left join {{ ref('stg_rules') }} as rules on waivers.rule_id = rules.rule_id
)

select
    waived.*,
    case
        -- Lights are open.
        when waived.rule_id like 'light:%' then false
        when waived.waived_form_id is not null
            then coalesce(sent_forms.is_restricted, owed_forms.is_restricted, true)
        when waived.unit_code is null then waived.project is not null
        else waived.unit_code in (select restricted_units.unit_code from restricted_units)
    end as is_restricted
from waived
left join sent_forms on waived.waived_form_id = sent_forms.form_id
left join owed_forms on waived.waived_form_id = owed_forms.form_id
