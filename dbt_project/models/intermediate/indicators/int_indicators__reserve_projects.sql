-- One row per indicator that counts the reserve, month and project in it: the ledger's reserve projects, and the
-- entries of the reserve lists that the unit has no reserve project of that name for.
with months as (
    select * from {{ ref('int_periods__reported_months') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }} where source = 'computed' and measure = 'count_reserve'
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
),

ledger_projects as (
    select
        period,
        unit_code,
        project_key,
        project_name,
        project_name_key,
        total_investment_wanyuan
    from {{ ref('int_projects__periods') }}
    where period = month_period and is_reserve and not is_package_parent
),

-- A responsible unit that nobody knows leaves the entry with the submitter.
entries as (
    select
        coalesce(unit_names.unit_code, entries.submitter_code) as unit_code,
        entries.year,
        entries.project_name,
        entries.project_name_key,
        entries.total_investment_wanyuan,
        entries.received_at,
        entries.file_modified_at,
        entries.receipt_id,
        entries.sheet,
        entries.row_number
    from {{ ref('stg_reserve_projects') }} as entries
    left join unit_names on entries.responsible_unit_key = unit_names.name_key
),

-- One unit's entries of one name are one project; the later accepted one stands.
listed_entries as (
    select
        months.period,
        entries.unit_code,
        entries.project_name,
        entries.project_name_key,
        entries.total_investment_wanyuan
    from entries
    inner join months on entries.year = months.year
    qualify
        row_number() over (
            partition by months.period, entries.unit_code, entries.project_name_key
            order by {{ later_accepted_first('entries') }}
        ) = 1
),

-- Of a project that is in both, the ledger says how big it is.
reserve as (
    select
        coalesce(ledger_projects.period, listed_entries.period) as period,
        coalesce(ledger_projects.unit_code, listed_entries.unit_code) as unit_code,
        ledger_projects.project_key,
        coalesce(ledger_projects.project_name, listed_entries.project_name) as project_name,
        coalesce(ledger_projects.project_name_key, listed_entries.project_name_key) as project_name_key,
        coalesce(
            ledger_projects.total_investment_wanyuan, listed_entries.total_investment_wanyuan
        ) as total_investment_wanyuan
    from ledger_projects
    full outer join listed_entries
        on
            ledger_projects.period = listed_entries.period
            and ledger_projects.unit_code = listed_entries.unit_code
            and ledger_projects.project_name_key = listed_entries.project_name_key
)

select
    reserve.period,
    indicators.indicator_id,
    reserve.unit_code,
    reserve.project_key,
    reserve.project_name,
    reserve.project_name_key,
    reserve.total_investment_wanyuan
from reserve
inner join indicators
    on
        indicators.min_total_wanyuan is null
        or reserve.total_investment_wanyuan >= indicators.min_total_wanyuan
