-- One row per month and record of the statistics library, with the unit its building address lies in. Restricted.
with records as (
    select *
    from {{ ref('stg_statistics_fai') }}
    qualify
        row_number() over (
            partition by period, statistics_code
            order by {{ later_accepted_first('stg_statistics_fai') }}
        ) = 1
),

places as (
    select
        unit_names.name_key,
        unit_names.unit_code
    from {{ ref('stg_unit_names') }} as unit_names
    inner join {{ ref('stg_units') }} as units on unit_names.unit_code = units.unit_code
    where units.unit_type in ('township', 'street', 'zone')
),

-- 上板城镇某某村 lies in 上板城镇: the longest place name inside the address.
addresses as (
    select
        records.township,
        places.unit_code
    from (select distinct township from records where township is not null) as records
    inner join places on position(places.name_key in records.township) > 0
    qualify
        row_number() over (
            partition by records.township
            order by length(places.name_key) desc nulls last, places.unit_code asc nulls last
        ) = 1
)

select
    records.period,
    records.year,
    records.statistics_code,
    records.statistics_name,
    records.statistics_name_key,
    records.project_code,
    records.owner_name,
    records.owner_name_key,
    records.owner_uscc,
    records.industry_code,
    records.township,
    addresses.unit_code,

    records.planned_total_wanyuan,
    records.ytd_wanyuan,
    records.construction_wanyuan,
    records.installation_wanyuan,
    records.equipment_wanyuan,
    records.other_wanyuan,
    records.cumulative_wanyuan,
    records.start_month,
    records.entry_month,

    records.receipt_id,
    records.sheet,
    records.block_no,
    records.row_number
from records
left join addresses on records.township = addresses.township
