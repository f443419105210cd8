-- Projects due for entry in the statistics library and not entered, one row per month, with what our returns do not yet
-- show of what entry asks for and who has to act. Whether a project is entered is open; no figure, code or name of the
-- statistics is in here.
{% set evidence = entry_evidence() %}

with gaps as (
    select
        *,
        match_class = 'proposed' as is_proposed
    from {{ ref('int_reconciliation__rows') }}
    where is_due_for_entry and not is_entered
),

projects as (
    select * from {{ ref('int_projects__periods') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

first_photographs as (
    select
        identified.project_key,
        min(photographs.period) as period
    from {{ ref('stg_photographs') }} as photographs
    inner join {{ ref('int_projects__form_rows') }} as identified on photographs.receipt_id = identified.receipt_id
    where identified.form_id = 'photograph'
    group by identified.project_key
),

-- A month without a statistics return breaks no run: nobody could have seen whether the project was entered.
months as (
    select
        period,
        row_number() over (order by period asc) as month_number
    from (select distinct period from {{ ref('int_reconciliation__rows') }})
),

numbered as (
    select
        gaps.*,
        months.month_number
        - row_number() over (partition by gaps.project_key order by gaps.period asc) as run_number
    from gaps
    inner join months on gaps.period = months.period
),

with_run as (
    select
        *,
        min(period) over (partition by project_key) as first_seen_period,
        min(period) over (partition by project_key, run_number) as since_period,
        cast(row_number() over (partition by project_key, run_number order by period asc) as integer) as streak
    from numbered
),

with_evidence as (
    select
        with_run.*,
        projects.status,
        projects.start_date,
        policy.entry_explanation_wanyuan,
        case when district.may_publish_names then projects.lead_official end as lead_official,
        coalesce(trim(years.construction_content), '') <> '' as has_construction_content,
        projects.project_code is not null as has_project_code,
        projects.owner_uscc is not null as has_owner_uscc,
        coalesce(trim(years.industry_code), '') <> '' as has_industry_code,
        coalesce(trim(projects.township), '') <> '' as has_location,
        coalesce(milestones.verified_start <= projects.last_day, false) as has_verified_start,
        coalesce(first_photographs.period <= with_run.period, false) as has_photograph
    from with_run
    cross join {{ ref('stg_district') }} as district
    cross join {{ ref('stg_policy') }} as policy
    inner join projects
        on
            with_run.period = projects.period
            and with_run.project_key = projects.project_key
    inner join years
        on
            projects.project_key = years.project_key
            and projects.year = years.year
    left join milestones on with_run.project_key = milestones.project_key
    left join first_photographs on with_run.project_key = first_photographs.project_key
),

told as (
    select
        *,
        cast(
            {%- for name, _ in evidence %}
            case when has_{{ name }} then 0 else 1 end
            {%- if not loop.last %} +{% endif %}
            {%- endfor %} as integer
        ) as missing_count,
        nullif(concat_ws(
            '、'
            {%- for name, words in evidence %},
            case when not has_{{ name }} then '{{ words }}' end
            {%- endfor %}
        ), '') as missing_evidence
    from with_evidence
)

select
    {{ surrogate_key(['project_key', 'period']) }} as row_key,
    project_key,
    period,
    unit_code,
    project_name,
    status,
    start_date,
    months_since_start,
    entry_light,
    total_investment_wanyuan,
    ledger_ytd_wanyuan as investment_ytd_wanyuan,
    is_proposed,
    {% for name, _ in evidence %}
    has_{{ name }},
    {% endfor %}
    missing_count,
    missing_evidence,
    first_seen_period,
    since_period,
    streak,
    lead_official,
    case
        when is_proposed then '统计库里可能已有这个项目：请统计部门核对后确认或否定。'
        when missing_evidence is not null
            then '请责任单位补齐：' || missing_evidence || '；连同施工合同送统计部门申请入库。'
        else '台账所需资料已有：请责任单位备好施工合同，送统计部门申请入库。'
    end
    || case
        when not is_proposed and total_investment_wanyuan >= entry_explanation_wanyuan
            then cast(entry_explanation_wanyuan as {{ dbt.type_string() }}) || ' 万元以上的项目另备情况说明。'
        else ''
    end as next_step
from told
