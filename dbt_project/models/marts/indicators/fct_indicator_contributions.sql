-- A project is called what the ledger of that year calls it; without one, what the latest does.
with contributions as (
    select * from {{ ref('int_indicators__contributions') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

-- A completed project's figure that counts on is that of its last month in the year.
carried as (
    select
        contributions.project_key,
        contributions.period,
        max(months.period) as figure_period
    from (
        select distinct
            project_key,
            period
        from contributions
        where is_carried_forward
    ) as contributions
    inner join {{ ref('int_investment__months') }} as months
        on
            contributions.project_key = months.project_key
            and {{ year_of_period('contributions.period') }} = months.year
            and contributions.period >= months.period
    where months.investment_ytd_wanyuan is not null
    group by contributions.project_key, contributions.period
),

entries as (
    select
        {{ surrogate_key(["'name'", 'project_name_key']) }} as contribution_key,
        unit_code,
        year,
        {{ surrogate_key(['receipt_id', 'sheet', 'row_number']) }} as row_key
    from {{ ref('int_reserve__entries') }}
    where is_counted
),

with_source as (
    select
        contributions.*,
        case
            when indicators.measure = 'sum_investment' then 'fct_investment'
            when indicators.measure = 'count_starts' then 'fct_starts'
            when indicators.measure = 'count_completions' then 'fct_completions'
            when contributions.project_key is null then 'fct_reserve_projects'
            else 'dim_project'
        end as source_table,
        case
            when indicators.measure = 'sum_investment'
                then {{ surrogate_key([
                    'contributions.project_key', 'coalesce(carried.figure_period, contributions.period)'
                ]) }}
            when indicators.measure in ('count_starts', 'count_completions')
                then {{ surrogate_key(['contributions.project_key']) }}
            when contributions.project_key is null then entries.row_key
            else contributions.project_key
        end as source_row_key,
        case
            when indicators.measure = 'sum_investment' then 'investment_ytd_wanyuan'
            when indicators.measure = 'count_starts' and indicators.basis in ('verified', 'reported')
                then indicators.basis || '_start'
            when indicators.measure = 'count_starts' then 'start_date'
            when indicators.measure = 'count_completions' and indicators.basis in ('verified', 'reported')
                then indicators.basis || '_completion'
            when indicators.measure = 'count_completions' then 'completion_date'
            else 'total_investment_wanyuan'
        end as source_column
    from contributions
    inner join indicators on contributions.indicator_id = indicators.indicator_id
    left join carried
        on
            contributions.project_key = carried.project_key
            and contributions.period = carried.period
            and contributions.is_carried_forward
    left join entries
        on
            contributions.contribution_key = entries.contribution_key
            and contributions.unit_code = entries.unit_code
            and {{ year_of_period('contributions.period') }} = entries.year
)

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
    contributions.event_date,
    contributions.source_table,
    contributions.source_row_key,
    contributions.source_column
from with_source as contributions
left join {{ ref('int_projects__years') }} as years
    on
        contributions.project_key = years.project_key
        and {{ year_of_period('contributions.period') }} = years.year
left join {{ ref('dim_project') }} as projects on contributions.project_key = projects.project_key
