-- Where causes of a class are withheld, the rest of the class does not give them away: at least two are, and as many
-- projects are in them together as a published total needs; unless the class itself is withheld. A class shows its
-- difference only where enough projects have one, and none or enough have a statistics figure without.
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
),

shown_differences as (
    select
        totals.unit_code,
        totals.period,
        totals.match_class,
        count(rows_of_class.difference_wanyuan) as difference_count,
        count(*) - count(rows_of_class.difference_wanyuan) as other_count
    from {{ ref('mart_fai_reconciliation') }} as totals
    inner join {{ ref('fct_fai_reconciliation') }} as rows_of_class
        on
            totals.unit_code = coalesce(rows_of_class.unit_code, 'unassigned')
            and totals.period = rows_of_class.period
            and totals.match_class = rows_of_class.match_class
            and rows_of_class.statistics_figure_count > 0
    where totals.difference_wanyuan is not null
    group by totals.unit_code, totals.period, totals.match_class
)

select
    withheld.unit_code,
    withheld.period,
    withheld.match_class,
    withheld.cause_count,
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
union all
select
    shown.unit_code,
    shown.period,
    shown.match_class,
    shown.difference_count as cause_count,
    shown.other_count as project_count
from shown_differences as shown
cross join {{ ref('stg_policy') }} as policy
where
    shown.difference_count < policy.minimum_published_count
    or {{ is_total_of_too_few('shown.other_count') }}
