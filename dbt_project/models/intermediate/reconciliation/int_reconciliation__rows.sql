-- Both sides of every month, one row per ledger project that takes part, or statistics record without one: how they
-- were matched, by how much they differ, and why. Restricted.
with projects as (
    select * from {{ ref('int_reconciliation__projects') }}
),

records as (
    select * from {{ ref('int_reconciliation__records') }}
),

pairs as (
    select * from {{ ref('int_reconciliation__pairs') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

investment as (
    select * from {{ ref('int_investment__months') }}
),

policy as (
    select * from {{ ref('stg_policy') }}
),

entry as (
    select * from {{ ref('int_reconciliation__entry') }}
),

-- What the rules say, waived or not; the month's light is that of its end.
entry_lights as (
    select
        month_period as period,
        project_key,
        rule_light
    from {{ ref('int_lights__components') }}
    where component = 'entry' and part_of_month > 1
),

-- All the records of one project are compared with it together.
paired_records as (
    select
        pairs.period,
        pairs.project_key,
        min(pairs.match_method) as match_method,
        min(pairs.match_score) as match_score,
        bool_or(pairs.is_proposed) as is_proposed,
        bool_or(pairs.is_carrier) as has_own_record,
        {{ dbt.listagg('pairs.statistics_code', "';'", 'order by pairs.statistics_code') }} as statistics_code,
        {{ dbt.listagg('records.township', "';'", 'order by pairs.statistics_code') }} as statistics_township,
        sum(case when pairs.is_carrier then records.ytd_wanyuan end) as statistics_ytd_wanyuan,
        sum(case when pairs.is_carrier then coalesce(records.equipment_wanyuan, 0) end) as equipment_wanyuan,
        sum(case when pairs.is_carrier then coalesce(records.other_wanyuan, 0) end) as other_wanyuan,
        sum(case when pairs.is_carrier then last_month.ytd_wanyuan end) as last_month_statistics_ytd_wanyuan,
        count(case when pairs.is_carrier then records.ytd_wanyuan end) as statistics_figure_count
    from pairs
    left join records
        on
            pairs.period = records.period
            and pairs.statistics_code = records.statistics_code
    left join records as last_month
        on
            records.statistics_code = last_month.statistics_code
            and records.year = last_month.year
            and {{ month_number('records.period') }} = {{ month_number('last_month.period') }} + 1
    group by pairs.period, pairs.project_key
),

-- The names of packages: a record that carries one belongs to a package the ledger lists in parts.
package_names as (
    select
        year,
        package_key as name_key
    from years
    where package_key is not null
    union
    select
        year,
        project_name_key as name_key
    from years
    where is_package_parent
),

package_codes as (
    select distinct
        year,
        project_code
    from years
    where is_package_parent and project_code is not null
),

project_rows as (
    select
        projects.period,
        projects.project_key,
        paired_records.statistics_code,
        projects.unit_code,
        projects.project_name,
        projects.total_investment_wanyuan,
        projects.is_reserve,
        projects.is_started,
        projects.is_at_threshold,
        projects.months_since_start,
        paired_records.project_key is not null and not paired_records.is_proposed as is_matched,
        coalesce(paired_records.is_proposed, false) as is_proposed,
        coalesce(paired_records.match_method, 'none') as match_method,
        coalesce(paired_records.match_score, 0) as match_score,
        projects.ledger_ytd_wanyuan,
        cast(paired_records.statistics_ytd_wanyuan as decimal(18, 4)) as statistics_ytd_wanyuan,
        coalesce(paired_records.statistics_figure_count, 0) as statistics_figure_count,

        -- What explains a difference.
        last_month.investment_ytd_wanyuan as last_month_ledger_ytd_wanyuan,
        paired_records.last_month_statistics_ytd_wanyuan,
        coalesce(projects.part_of_month = 1, false) as is_half_month_figure,
        paired_records.equipment_wanyuan,
        paired_records.other_wanyuan,
        false as is_real_estate,
        projects.package_key is not null or not coalesce(paired_records.has_own_record, true) as is_of_package,
        not coalesce(paired_records.has_own_record, true) as shares_a_record,
        coalesce(
            position(projects.township in paired_records.statistics_township) = 0
            and position(paired_records.statistics_township in projects.township) = 0,
            false
        ) as is_elsewhere,

        coalesce(entry.is_due, false) as is_due_for_entry,
        coalesce(entry.is_entered, false) as is_entered,
        coalesce(entry_lights.rule_light, 'not_evaluated') as entry_light
    from projects
    left join paired_records
        on
            projects.period = paired_records.period
            and projects.project_key = paired_records.project_key
    left join entry
        on
            projects.period = entry.period
            and projects.project_key = entry.project_key
    left join entry_lights
        on
            projects.period = entry_lights.period
            and projects.project_key = entry_lights.project_key
    left join investment as last_month
        on
            projects.project_key = last_month.project_key
            and projects.year = last_month.year
            and {{ month_number('projects.period') }} = {{ month_number('last_month.period') }} + 1
),

record_rows as (
    select
        records.period,
        cast(null as {{ dbt.type_string() }}) as project_key,
        records.statistics_code,
        records.unit_code,
        cast(null as {{ dbt.type_string() }}) as project_name,
        cast(null as decimal(18, 4)) as total_investment_wanyuan,
        false as is_reserve,
        false as is_started,
        false as is_at_threshold,
        cast(null as integer) as months_since_start,
        false as is_matched,
        false as is_proposed,
        'none' as match_method,
        cast(0 as double) as match_score,
        cast(null as decimal(18, 4)) as ledger_ytd_wanyuan,
        records.ytd_wanyuan as statistics_ytd_wanyuan,
        case when records.ytd_wanyuan is null then 0 else 1 end as statistics_figure_count,

        cast(null as decimal(18, 4)) as last_month_ledger_ytd_wanyuan,
        cast(null as decimal(18, 4)) as last_month_statistics_ytd_wanyuan,
        false as is_half_month_figure,
        cast(null as decimal(18, 4)) as equipment_wanyuan,
        cast(null as decimal(18, 4)) as other_wanyuan,
        -- Division 70 of GB/T 4754 is real estate: in the statistics, seldom in a project ledger.
        coalesce(records.industry_code like '70%' or records.industry_code like 'K70%', false) as is_real_estate,
        package_names.name_key is not null or package_codes.project_code is not null as is_of_package,
        false as shares_a_record,
        records.township is not null and records.unit_code is null as is_elsewhere,

        false as is_due_for_entry,
        false as is_entered,
        'not_evaluated' as entry_light
    from records
    left join (
        select distinct
            period,
            statistics_code
        from pairs
    ) as paired
        on
            records.period = paired.period
            and records.statistics_code = paired.statistics_code
    left join package_names
        on
            records.year = package_names.year
            and records.statistics_name_key = package_names.name_key
    left join package_codes
        on
            records.year = package_codes.year
            and records.project_code = package_codes.project_code
    where paired.statistics_code is null
),

all_rows as (
    select * from project_rows
    union all
    select * from record_rows
),

with_difference as (
    select
        all_rows.*,
        policy.reconciliation_tolerance_wanyuan as tolerance_wanyuan,
        cast(all_rows.ledger_ytd_wanyuan - all_rows.statistics_ytd_wanyuan as decimal(18, 4)) as difference_wanyuan
    from all_rows
    cross join policy
),

classified as (
    select
        *,
        case
            when is_proposed then 'proposed'
            when is_matched and difference_wanyuan is null then 'matched_unreported'
            when is_matched and abs(difference_wanyuan) <= tolerance_wanyuan then 'matched_equal'
            when is_matched then 'matched_differs'
            when project_key is null then 'statistics_only'
            when is_started and is_at_threshold then 'ledger_only_not_entered'
            when is_at_threshold or (total_investment_wanyuan is null and not is_started) then 'ledger_only_not_started'
            else 'ledger_only_below_threshold'
        end as match_class
    from with_difference
),

-- One side is a month behind, or the ledger's figure is that of the first half only.
explained as (
    select
        *,
        coalesce(abs(last_month_ledger_ytd_wanyuan - statistics_ytd_wanyuan) <= tolerance_wanyuan, false)
        or coalesce(abs(ledger_ytd_wanyuan - last_month_statistics_ytd_wanyuan) <= tolerance_wanyuan, false)
        or is_half_month_figure as is_timing,
        -- The ledger leaves out land and fees, equipment, or both.
        coalesce(
            abs(difference_wanyuan + other_wanyuan) <= tolerance_wanyuan
            or abs(difference_wanyuan + equipment_wanyuan) <= tolerance_wanyuan
            or abs(difference_wanyuan + other_wanyuan + equipment_wanyuan) <= tolerance_wanyuan,
            false
        ) as is_scope
    from classified
)

select
    {{ surrogate_key(['period', 'project_key', 'case when project_key is null then statistics_code end']) }} as row_key,
    period,
    project_key,
    statistics_code,
    unit_code,
    project_name,
    match_class,
    match_method,
    match_score,

    ledger_ytd_wanyuan,
    statistics_ytd_wanyuan,
    difference_wanyuan,
    {{ rate('difference_wanyuan', 'statistics_ytd_wanyuan') }} as difference_rate,
    total_investment_wanyuan,

    case
        when match_class = 'matched_equal' then 'equal'
        when match_class = 'matched_unreported' and not shares_a_record then 'timing'
        when match_class = 'matched_differs' and is_timing then 'timing'
        when match_class = 'matched_differs' and is_scope then 'scope'
        when match_class = 'statistics_only' and is_real_estate then 'scope'
        when match_class = 'ledger_only_below_threshold' then 'threshold'
        when match_class = 'ledger_only_not_entered' then 'not_entered'
        when match_class = 'ledger_only_not_started' then 'not_started'
        when match_class <> 'proposed' and is_of_package then 'package'
        when match_class <> 'proposed' and is_elsewhere then 'location'
        when match_class in ('proposed', 'statistics_only') then 'unmatched'
        else 'unexplained'
    end as reason_code,
    months_since_start,
    entry_light,

    is_reserve,
    is_due_for_entry,
    is_entered,
    cast(statistics_figure_count as integer) as statistics_figure_count,

    -- What a difference may be split by.
    last_month_ledger_ytd_wanyuan,
    last_month_statistics_ytd_wanyuan,
    is_half_month_figure,
    cast(equipment_wanyuan as decimal(18, 4)) as equipment_wanyuan,
    cast(other_wanyuan as decimal(18, 4)) as other_wanyuan,
    tolerance_wanyuan
from explained
