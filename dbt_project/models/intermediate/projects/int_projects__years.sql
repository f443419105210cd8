-- One row per project and year: what the ledgers of that year say of it.
{#- Fields that may be corrected and, where the deciding ledger leaves them blank, are told by another unit's. -#}
{% set told_fields = [
    'tier', 'category', 'ledger_nature', 'construction_content', 'industry_code', 'township', 'owner_uscc',
    'planned_start', 'planned_completion'
] %}
{% set nature = 'coalesce(deciding_rows.ledger_nature, told_elsewhere.ledger_nature)' %}

with ledger_rows as (
    select
        ledger_rows.*,
        identity.project_key
    from {{ ref('int_projects__ledger_rows') }} as ledger_rows
    inner join {{ ref('int_projects__identity') }} as identity on ledger_rows.node_id = identity.node_id
),

ledger_versions as (
    select
        unit_code as submitter_code,
        year,
        version_no,
        received_at
    from {{ ref('stg_receipts') }}
    where form_id = 'project_ledger' and is_accepted
),

size_bands as (
    select * from {{ ref('stg_size_bands') }}
),

listings as (
    select
        project_key,
        year,
        submitter_code,
        max(version_no) as last_version_no,
        bool_or(is_in_force) as is_in_force
    from ledger_rows
    group by project_key, year, submitter_code
),

-- The first later version of the same unit and year is the one that no longer lists the project.
disappearances as (
    select
        listings.project_key,
        listings.year,
        listings.submitter_code,
        min(ledger_versions.received_at) as disappeared_at
    from listings
    inner join ledger_versions
        on
            listings.submitter_code = ledger_versions.submitter_code
            and listings.year = ledger_versions.year
            and listings.last_version_no < ledger_versions.version_no
    where not listings.is_in_force
    group by listings.project_key, listings.year, listings.submitter_code
),

-- Exited only when no unit lists it any more; the last one to drop it gives the month.
exits as (
    select
        listings.project_key,
        listings.year,
        max(disappearances.disappeared_at) as exited_at
    from listings
    left join disappearances
        on
            listings.project_key = disappearances.project_key
            and listings.year = disappearances.year
            and listings.submitter_code = disappearances.submitter_code
    group by listings.project_key, listings.year
    having not bool_or(listings.is_in_force)
),

-- The rows that speak for the year: those in force, or for an exited project every unit's last one.
speaking_rows as (
    select ledger_rows.*
    from ledger_rows
    inner join listings
        on
            ledger_rows.project_key = listings.project_key
            and ledger_rows.year = listings.year
            and ledger_rows.submitter_code = listings.submitter_code
            and ledger_rows.version_no = listings.last_version_no
    left join exits
        on
            ledger_rows.project_key = exits.project_key
            and ledger_rows.year = exits.year
    where ledger_rows.is_in_force or exits.project_key is not null
),

-- A unit named in the rows is responsible before one that merely submitted.
responsible_units as (
    select
        project_key,
        year,
        unit_code
    from speaking_rows
    qualify
        row_number() over (
            partition by project_key, year
            order by
                is_unit_named desc nulls last,
                case when submitter_code = unit_code then 0 else 1 end asc nulls last,
                {{ later_accepted_first('speaking_rows') }}
        ) = 1
),

-- Of two units' ledgers the responsible unit's own row stands, else the later accepted one.
deciding_rows as (
    select
        speaking_rows.*,
        responsible_units.unit_code as responsible_unit_code
    from speaking_rows
    inner join responsible_units
        on
            speaking_rows.project_key = responsible_units.project_key
            and speaking_rows.year = responsible_units.year
    qualify
        row_number() over (
            partition by speaking_rows.project_key, speaking_rows.year
            order by
                case when speaking_rows.submitter_code = responsible_units.unit_code then 0 else 1 end asc nulls last,
                {{ later_accepted_first('speaking_rows') }}
        ) = 1
),

-- A column that the deciding ledger leaves blank is not erased: another unit's ledger of the year may tell it.
told_elsewhere as (
    select
        project_key,
        year,
        max(tier) as tier,
        max(category) as category,
        max(ledger_nature) as ledger_nature,
        max(construction_content) as construction_content,
        max(industry_code) as industry_code,
        max(township) as township,
        max(build_years) as build_years,
        max(owner_name) as owner_name,
        max(owner_name_key) as owner_name_key,
        max(owner_uscc) as owner_uscc,
        max(planned_start) as planned_start,
        {% for field in told_fields %}
        bool_or({{ any_corrected('corrected_fields', [field]) }}) as is_{{ field }}_corrected,
        {% endfor %}
        max(planned_completion) as planned_completion
    from speaking_rows
    group by project_key, year
),

-- A package and its parts are never counted twice: where parts are listed, the package's own row steps back.
listed_parts as (
    select distinct
        year,
        package_key,
        project_key
    from deciding_rows
    where is_in_force and package_key is not null
),

packages as (
    select distinct
        deciding_rows.project_key,
        deciding_rows.year
    from deciding_rows
    inner join listed_parts
        on
            deciding_rows.year = listed_parts.year
            and deciding_rows.project_name_key = listed_parts.package_key
            and deciding_rows.project_key <> listed_parts.project_key
)

select
    deciding_rows.project_key,
    deciding_rows.year,
    row_number() over (partition by deciding_rows.project_key order by deciding_rows.year desc nulls last) = 1
        as is_latest_year,
    deciding_rows.responsible_unit_code as unit_code,

    deciding_rows.project_code,
    deciding_rows.project_name,
    deciding_rows.project_name_key,
    coalesce(deciding_rows.tier, told_elsewhere.tier) as tier,
    coalesce(deciding_rows.category, told_elsewhere.category) as category,
    {{ nature }} as ledger_nature,
    coalesce(deciding_rows.construction_content, told_elsewhere.construction_content) as construction_content,
    coalesce(deciding_rows.industry_code, told_elsewhere.industry_code) as industry_code,
    replace(coalesce(deciding_rows.township, told_elsewhere.township), ' ', '') as township,
    coalesce(deciding_rows.build_years, told_elsewhere.build_years) as build_years,
    deciding_rows.lead_official,
    deciding_rows.support_department,
    coalesce(deciding_rows.owner_name, told_elsewhere.owner_name) as owner_name,
    coalesce(deciding_rows.owner_name_key, told_elsewhere.owner_name_key) as owner_name_key,
    coalesce(deciding_rows.owner_uscc, told_elsewhere.owner_uscc) as owner_uscc,
    deciding_rows.package,
    deciding_rows.package_key,

    deciding_rows.total_investment_wanyuan,
    deciding_rows.cumulative_prior_wanyuan,
    deciding_rows.plan_year_wanyuan,
    size_bands.size_band,

    coalesce({{ nature }} = '储备', false) as is_reserve,
    coalesce({{ nature }} = '续建', false) as is_continued,
    coalesce({{ nature }} = '续建', false)
    or (
        coalesce({{ nature }} <> '储备', true)
        and coalesce(deciding_rows.cumulative_prior_wanyuan > 0, false)
    ) as is_carried_over,
    packages.project_key is not null as is_package_parent,

    coalesce(deciding_rows.planned_start, told_elsewhere.planned_start) as planned_start,
    coalesce(deciding_rows.planned_completion, told_elsewhere.planned_completion) as planned_completion,
    exits.exited_at,
    {{ month_of_date('exits.exited_at') }} as exit_period,

    {{ any_corrected('deciding_rows.corrected_fields', ['total_investment_wanyuan']) }} as is_total_corrected,
    {{ any_corrected('deciding_rows.corrected_fields', ['plan_year_wanyuan']) }} as is_plan_corrected,
    {{ any_corrected('deciding_rows.corrected_fields', ['cumulative_prior_wanyuan']) }} as is_prior_corrected,
    {% for field in told_fields %}
    case
        when deciding_rows.{{ field }} is null then told_elsewhere.is_{{ field }}_corrected
        else {{ any_corrected('deciding_rows.corrected_fields', [field]) }}
    end as is_{{ field }}_corrected,
    {% endfor %}

    deciding_rows.receipt_id,
    deciding_rows.sheet,
    deciding_rows.block_no,
    deciding_rows.row_number
from deciding_rows
inner join told_elsewhere
    on
        deciding_rows.project_key = told_elsewhere.project_key
        and deciding_rows.year = told_elsewhere.year
left join exits
    on
        deciding_rows.project_key = exits.project_key
        and deciding_rows.year = exits.year
left join packages
    on
        deciding_rows.project_key = packages.project_key
        and deciding_rows.year = packages.year
left join size_bands on {{ within_bounds('deciding_rows.total_investment_wanyuan', 'size_bands') }}
