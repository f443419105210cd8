-- A project is called what the ledger of that year calls it; without one, what the latest does.
select
    {{ surrogate_key([
        'contributions.unit_code',
        'contributions.indicator_id',
        'contributions.period',
        'contributions.contribution_key'
    ]) }} as row_key,
    contributions.unit_code,
    contributions.indicator_id,
    contributions.period,
    contributions.contribution_key,
    contributions.project_key,
    coalesce(contributions.entry_name, years.project_name, projects.project_name) as project_name,
    contributions.total_investment_wanyuan,
    contributions.counted_value,
    contributions.size_weight,
    contributions.is_carried_forward,
    contributions.event_date
from {{ ref('int_indicators__contributions') }} as contributions
left join {{ ref('int_projects__years') }} as years
    on
        contributions.project_key = years.project_key
        and {{ year_of_period('contributions.period') }} = years.year
left join {{ ref('dim_project') }} as projects on contributions.project_key = projects.project_key
