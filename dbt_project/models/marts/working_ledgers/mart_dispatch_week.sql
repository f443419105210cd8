{#- What a week at least asks for, and what it is counted as here. -#}
{% set measures = {'site_visits': 'site_visit', 'problems_solved_on_site': 'problems_solved'} %}
{% set scopes = {'project': 'project_key', 'unit': 'unit_code', 'district': "'all'"} %}

with items as (
    select * from {{ ref('mart_dispatch') }}
),

last_load as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

all_weeks as (
    select * from {{ ref('dim_period') }} where period_type = 'week'
),

first_weeks as (
    select
        all_weeks.year,
        min(all_weeks.start_date) as start_date
    from all_weeks
    inner join items on all_weeks.period = items.week
    group by all_weeks.year
),

-- From the first meeting of a year's records to the last week that is over.
weeks as (
    select
        all_weeks.period,
        all_weeks.year,
        all_weeks.start_date,
        all_weeks.end_date
    from all_weeks
    inner join first_weeks on all_weeks.year = first_weeks.year
    cross join last_load
    where
        all_weeks.start_date >= first_weeks.start_date
        and all_weeks.end_date < last_load.today
),

years as (
    select * from {{ ref('int_projects__years') }}
),

-- Who is asked: projects that are being built when the week ends.
active_projects as (
    select
        weeks.period,
        years.project_key,
        years.project_name,
        years.unit_code
    from weeks
    inner join years on weeks.year = years.year
    left join {{ ref('int_projects__milestones') }} as milestones on years.project_key = milestones.project_key
    where
        not years.is_package_parent
        and {{ is_being_built('years', 'milestones', 'weeks.end_date') }}
),

members as (
    select
        period,
        'project' as scope,
        project_key as member,
        project_name as member_name,
        unit_code,
        project_key
    from active_projects
    union all
    select distinct
        active_projects.period,
        'unit' as scope,
        active_projects.unit_code as member,
        units.unit_name as member_name,
        active_projects.unit_code,
        cast(null as {{ dbt.type_string() }}) as project_key
    from active_projects
    inner join {{ ref('dim_unit') }} as units on active_projects.unit_code = units.unit_code
    union all
    select
        weeks.period,
        'district' as scope,
        'all' as member,
        district.district_name as member_name,
        cast(null as {{ dbt.type_string() }}) as unit_code,
        cast(null as {{ dbt.type_string() }}) as project_key
    from weeks
    cross join {{ ref('stg_district') }} as district
),

-- What is settled at a meeting on the site counts for the unit of the project; without a known one, for the unit
-- that has to see to it.
site_items as (
    select
        items.week as held_in,
        done_weeks.period as done_in,
        items.held_on,
        items.project_key,
        coalesce(items.project_key, items.project_name) as site,
        coalesce(years.unit_code, items.unit_code) as unit_code
    from items
    left join all_weeks as held_weeks on items.week = held_weeks.period
    left join all_weeks as done_weeks on items.done_on between done_weeks.start_date and done_weeks.end_date
    left join years
        on
            items.project_key = years.project_key
            and held_weeks.year = years.year
    where items.meeting_type = '现场办公会'
),

by_member as (
    {% for scope, member in scopes.items() %}
    select
        '{{ scope }}' as scope,
        {{ member }} as member,
        held_in,
        done_in,
        held_on,
        site
    from site_items
    where {{ member }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- A day on which no project is named is one visit; beside named ones it is none more.
visit_days as (
    select
        scope,
        member,
        held_in as period,
        held_on,
        greatest(count(distinct site), 1) as visit_count
    from by_member
    group by scope, member, held_in, held_on
),

visits as (
    select
        scope,
        member,
        period,
        cast(sum(visit_count) as integer) as site_visit_count
    from visit_days
    group by scope, member, period
),

solved as (
    select
        scope,
        member,
        done_in as period,
        cast(count(*) as integer) as problems_solved_count
    from by_member
    where done_in is not null
    group by scope, member, done_in
),

minimums as (
    select
        weeks.period,
        rules.rule_version,
        rules.measure,
        rules.scope,
        rules.minimum
    from weeks
    inner join {{ ref('stg_weekly_minimums') }} as rules on weeks.end_date >= rules.valid_from
    qualify
        rank() over (
            partition by weeks.period
            order by rules.valid_from desc nulls last, rules.rule_version desc nulls last
        ) = 1
),

asked as (
    select
        period,
        scope,
        max(rule_version) as rule_version,
        {% for measure, counted in measures.items() %}
        max(case when measure = '{{ measure }}' then minimum end) as {{ counted }}_minimum
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from minimums
    group by period, scope
),

counted as (
    select
        members.*,
        asked.rule_version,
        {% for counted in measures.values() %}
        coalesce({{ counted }}_count, 0) as {{ counted }}_count,
        asked.{{ counted }}_minimum
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from members
    left join visits
        on
            members.period = visits.period
            and members.scope = visits.scope
            and members.member = visits.member
    left join solved
        on
            members.period = solved.period
            and members.scope = solved.scope
            and members.member = solved.member
    left join asked on members.period = asked.period and members.scope = asked.scope
)

select
    {{ surrogate_key(['period', 'scope', 'member']) }} as row_key,
    period,
    scope,
    member,
    member_name,
    unit_code,
    project_key,
    {% for counted in measures.values() %}
    {{ counted }}_count,
    {{ counted }}_minimum,
    case
        when {{ counted }}_minimum is not null then greatest({{ counted }}_minimum - {{ counted }}_count, 0)
    end as {{ counted }}_shortfall,
    {% endfor %}
    rule_version
from counted
