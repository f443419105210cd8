-- Where causes of a class are withheld, the rest of the class does not give them away: at least two are, and as many
-- projects are in them together as a published total needs; unless the class itself is withheld.
with withheld as (
    select
        causes.unit_code,
        causes.period,
        causes.match_class,
        count(*) as cause_count
    from {{ ref('mart_fai_difference_cause') }} as causes
    where causes.is_withheld
    group by causes.unit_code, causes.period, causes.match_class
),

projects as (
    select
        withheld.unit_code,
        withheld.period,
        withheld.match_class,
        count(distinct parts.reconciliation_key) as project_count
    from withheld
    inner join {{ ref('mart_fai_difference_cause') }} as causes
        on
            withheld.unit_code = causes.unit_code
            and withheld.period = causes.period
            and withheld.match_class = causes.match_class
            and causes.is_withheld
    inner join {{ ref('fct_fai_difference_cause') }} as parts
        on
            causes.unit_code = coalesce(parts.unit_code, 'unassigned')
            and causes.period = parts.period
            and causes.match_class = parts.match_class
            and causes.cause = parts.cause
            and parts.statistics_figure_count > 0
    group by withheld.unit_code, withheld.period, withheld.match_class
)

select
    withheld.*,
    projects.project_count
from withheld
inner join projects
    on
        withheld.unit_code = projects.unit_code
        and withheld.period = projects.period
        and withheld.match_class = projects.match_class
inner join {{ ref('mart_fai_reconciliation') }} as totals
    on
        withheld.unit_code = totals.unit_code
        and withheld.period = totals.period
        and withheld.match_class = totals.match_class
cross join {{ ref('stg_policy') }} as policy
where
    not totals.is_withheld
    and (withheld.cause_count < 2 or projects.project_count < policy.minimum_published_count)
