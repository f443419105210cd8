{#- What is shown here of the ledger and may be corrected. -#}
{% set ledger_fields = [
    'tier', 'category', 'ledger_nature', 'construction_content', 'industry_code', 'township', 'owner_uscc',
    'total', 'prior', 'plan', 'planned_start', 'planned_completion'
] %}

with years as (
    select * from {{ ref('int_projects__years') }}
),

milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

district as (
    select * from {{ ref('stg_district') }}
),

latest as (
    select * from years where is_latest_year
),

current_steps as (
    select * from {{ ref('int_lifecycle__steps') }} where is_current
),

-- A ledger that leaves the code out does not take it away.
codes as (
    select
        project_key,
        project_code
    from years
    where project_code is not null
    qualify row_number() over (partition by project_key order by year desc nulls last) = 1
),

-- A township name that stands for one place of this district only.
townships as (
    select
        divisions.division_name,
        min(divisions.division_code) as township_code
    from {{ ref('stg_divisions') }} as divisions
    inner join district
        on
            substring(divisions.division_code, 1, 6) = substring(district.district_code, 1, 6)
            and divisions.division_code <> district.district_code
    group by divisions.division_name
    having count(distinct divisions.division_code) = 1
),

with_status as (
    select
        latest.project_key,
        coalesce(latest.project_code, codes.project_code) as project_code,
        latest.project_name,
        latest.year as ledger_year,
        latest.tier,
        latest.category,
        latest.ledger_nature,
        latest.construction_content,
        latest.industry_code,
        latest.unit_code,
        latest.township,
        townships.township_code,
        latest.owner_name,
        latest.owner_uscc,
        latest.package,
        latest.is_package_parent,

        latest.total_investment_wanyuan,
        latest.cumulative_prior_wanyuan,
        latest.plan_year_wanyuan,
        latest.size_band,

        latest.planned_start,
        latest.planned_completion,
        milestones.start_date,
        milestones.completion_date,
        {{ project_status(
            is_reserve='latest.is_reserve',
            is_completed='milestones.completion_date is not null',
            is_started='(milestones.start_date is not null or latest.is_carried_over)',
            is_exited='(latest.exit_period is not null)'
        ) }} as status,
        coalesce(current_steps.step, 'not_started') as lifecycle_stage,
        current_steps.reached_on as lifecycle_since,
        latest.exit_period,
        case
            when
                {% for field in ledger_fields %}
                latest.is_{{ field }}_corrected
                or
                {% endfor %}
                milestones.is_start_date_corrected
                or milestones.is_completion_date_corrected
                then 'corrected'
            else 'submitted'
        end as value_status,
        latest.receipt_id
    from latest
    inner join milestones on latest.project_key = milestones.project_key
    left join codes on latest.project_key = codes.project_key
    left join current_steps on latest.project_key = current_steps.lifecycle_key
    left join townships on latest.township = townships.division_name
)

select
    *,
    status not in ('completed', 'exited') as is_active
from with_status
