-- Certain matches, one row per month, project and record, tried in order: a confirmed link, an equal project
-- code, equal names with equal credit codes, equal names. What one way matched, the next ones leave alone.
-- Two that somebody decided are not the same are not matched by their names.
-- A link or a code may join one project to several records: they are then compared together. Where several
-- projects are linked to one record, its figure stands on one of them (is_carrier), never twice. Restricted.
with projects as (
    select * from {{ ref('int_reconciliation__projects') }}
),

records as (
    select * from {{ ref('int_reconciliation__records') }}
),

code_identity as (
    select * from {{ ref('int_projects__identity') }}
),

rejections as (
    select * from {{ ref('int_reconciliation__rejections') }}
),

linked_pairs as (
    select distinct
        records.period,
        projects.project_key,
        records.statistics_code,
        projects.total_investment_wanyuan
    from records
    inner join {{ ref('stg_links') }} as links
        on
            records.statistics_code = links.from_id
            and links.from_source = 'statistics_fai'
            and links.to_source = 'project_ledger'
    inner join code_identity on links.to_id = code_identity.link_id
    inner join projects
        on
            code_identity.project_key = projects.project_key
            and records.period = projects.period
),

by_link as (
    select
        period,
        project_key,
        statistics_code,
        'link' as match_method,
        row_number() over (
            partition by period, statistics_code
            order by total_investment_wanyuan desc nulls last, project_key asc nulls last
        ) = 1 as is_carrier
    from linked_pairs
),

projects_after_link as (
    select projects.*
    from projects
    left join (
        select distinct
            period,
            project_key
        from by_link
    ) as matched
        on projects.period = matched.period and projects.project_key = matched.project_key
    where matched.project_key is null
),

records_after_link as (
    select records.*
    from records
    left join (
        select distinct
            period,
            statistics_code
        from by_link
    ) as matched
        on records.period = matched.period and records.statistics_code = matched.statistics_code
    where matched.statistics_code is null
),

by_code as (
    select
        records.period,
        projects.project_key,
        records.statistics_code,
        'project_code' as match_method,
        true as is_carrier
    from records_after_link as records
    inner join code_identity on 'code:' || records.project_code = code_identity.node_id
    inner join projects_after_link as projects
        on
            code_identity.project_key = projects.project_key
            and records.period = projects.period
),

projects_after_code as (
    select projects.*
    from projects_after_link as projects
    left join (
        select distinct
            period,
            project_key
        from by_code
    ) as matched
        on projects.period = matched.period and projects.project_key = matched.project_key
    where matched.project_key is null
),

records_after_code as (
    select records.*
    from records_after_link as records
    left join by_code as matched
        on records.period = matched.period and records.statistics_code = matched.statistics_code
    where matched.statistics_code is null
),

-- Names are matched one to one: the same unit first, then the nearest amount, then the key.
{% for method, with_credit_code, source_step in [
    ('uscc_and_name', true, 'code'),
    ('name', false, 'uscc_and_name')
] %}
pairs_by_{{ method }} as (
    select
        projects.period,
        projects.project_key,
        records.statistics_code,
        row_number() over (
            partition by projects.period, projects.project_key
            order by
                case when projects.unit_code = records.unit_code then 0 else 1 end asc nulls last,
                abs(projects.total_investment_wanyuan - records.planned_total_wanyuan) asc nulls last,
                records.statistics_code asc nulls last
        ) as rank_for_project,
        row_number() over (
            partition by projects.period, records.statistics_code
            order by
                case when projects.unit_code = records.unit_code then 0 else 1 end asc nulls last,
                abs(projects.total_investment_wanyuan - records.planned_total_wanyuan) asc nulls last,
                projects.project_code asc nulls last,
                projects.project_key asc nulls last
        ) as rank_for_record
    from projects_after_{{ source_step }} as projects
    inner join records_after_{{ source_step }} as records
        on
            projects.period = records.period
            and projects.project_name_key = records.statistics_name_key
            {% if with_credit_code %}
            and projects.owner_uscc = records.owner_uscc
            {% endif %}
    left join rejections
        on
            projects.project_key = rejections.project_key
            and records.statistics_code = rejections.statistics_code
    where rejections.project_key is null
),

by_{{ method }} as (
    select
        period,
        project_key,
        statistics_code,
        '{{ method }}' as match_method,
        true as is_carrier
    from pairs_by_{{ method }}
    where rank_for_project = 1 and rank_for_record = 1
),

projects_after_{{ method }} as (
    select projects.*
    from projects_after_{{ source_step }} as projects
    left join by_{{ method }} as matched
        on projects.period = matched.period and projects.project_key = matched.project_key
    where matched.project_key is null
),

records_after_{{ method }} as (
    select records.*
    from records_after_{{ source_step }} as records
    left join by_{{ method }} as matched
        on records.period = matched.period and records.statistics_code = matched.statistics_code
    where matched.statistics_code is null
),

{% endfor %}
all_matches as (
    select * from by_link
    union all
    select * from by_code
    union all
    select * from by_uscc_and_name
    union all
    select * from by_name
),

-- A record that entered the library earlier in the year and is missing from this month's return is still the
-- project's record: it has no figure this month, which is not the same as never having been entered.
remembered as (
    select
        projects.period,
        projects.project_key,
        all_matches.statistics_code,
        all_matches.match_method,
        all_matches.is_carrier
    from projects_after_name as projects
    inner join all_matches
        on
            projects.project_key = all_matches.project_key
            and projects.year = substring(all_matches.period, 1, 4)
            and projects.period > all_matches.period
    left join records
        on
            projects.period = records.period
            and all_matches.statistics_code = records.statistics_code
    where records.statistics_code is null
    qualify
        rank() over (
            partition by projects.period, projects.project_key
            order by all_matches.period desc nulls last
        ) = 1
)

select * from all_matches
union all
select * from remembered
