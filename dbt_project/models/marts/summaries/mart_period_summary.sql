{#- What happens on a day: the relation, the day, the measure, what tells one from another, and which rows count. -#}
{% set happenings = [
    ('mart_dispatch', 'held_on', 'meeting_count', 'meeting_key', 'true'),
    ('mart_dispatch', 'held_on', 'item_count', 'row_key', 'true'),
    ('mart_dispatch', 'done_on', 'item_done_count', 'row_key', 'true'),
    ('mart_node_progress', 'planned_date', 'node_planned_count', 'row_key', 'true'),
    ('mart_node_progress', 'actual_date', 'node_done_count', 'row_key', "status = 'done'"),
    ('mart_supervision_notice', 'issued_on', 'notice_issued_count', 'row_key', 'true'),
    ('mart_supervision_notice', 'closed_on', 'notice_closed_count', 'row_key', 'true'),
    ('fct_starts', 'start_date', 'started_count', 'row_key', 'not is_package_parent'),
    ('fct_completions', 'completion_date', 'completed_count', 'row_key', 'not is_package_parent')
] %}
{#- What lasts from one day to another: overdue from the day after it was due until it is done, open from the day a
    notice was issued. The relation, the first day, the first day no more, the measure, and which rows count. -#}
{% set states = [
    ('mart_dispatch', days_after('due_on', 1), 'done_on', 'item_overdue_count', 'true'),
    (
        'mart_node_progress', days_after('planned_date', 1), 'coalesce(actual_date, dropped_on)', 'node_overdue_count',
        'true'
    ),
    ('mart_supervision_notice', 'issued_on', 'closed_on', 'notice_open_count', 'true')
] %}
{% set issue_measures = {
    'issue_new_count': 'is_new',
    'issue_resolved_count': 'is_resolved',
    'issue_open_count': 'not is_resolved',
    'issue_overdue_count': 'is_overdue'
} %}

with begun_periods as (
    {{ begun_periods() }}
),

happenings as (
    {% for relation, day, measure, key, condition in happenings %}
    select
        '{{ measure }}' as measure,
        unit_code,
        {{ key }} as item_key,
        {{ day }} as happened_on
    from {{ ref(relation) }}
    where {{ day }} is not null and {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

states as (
    {% for relation, from_day, until_day, measure, condition in states %}
    select
        '{{ measure }}' as measure,
        unit_code,
        row_key as item_key,
        {{ from_day }} as lasts_from,
        {{ until_day }} as lasts_until
    from {{ ref(relation) }}
    where {{ from_day }} is not null and {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

found as (
    select
        begun_periods.period,
        happenings.unit_code,
        happenings.measure,
        happenings.item_key
    from happenings
    inner join begun_periods
        on
            happenings.happened_on >= begun_periods.start_date
            and happenings.happened_on <= begun_periods.end_date
            -- What is planned for a period is planned for all of it; nothing has happened yet after today.
            and (happenings.happened_on <= begun_periods.as_of or happenings.measure = 'node_planned_count')
    union all
    select
        begun_periods.period,
        states.unit_code,
        states.measure,
        states.item_key
    from states
    inner join begun_periods
        on
            states.lasts_from <= begun_periods.as_of
            and (states.lasts_until is null or states.lasts_until > begun_periods.as_of)
    {% for measure, condition in issue_measures.items() %}
    union all
    select
        period,
        unit_code,
        '{{ measure }}' as measure,
        row_key as item_key
    from {{ ref('mart_issue_period') }}
    where {{ condition }}
    {% endfor %}
),

invested as (
    select
        period,
        unit_code,
        sum(investment_period_wanyuan) as investment_wanyuan
    from {{ ref('mart_investment_period') }}
    where not is_package_parent
    group by period, unit_code
),

-- Each unit's, and everybody's together as all; a meeting is one, however many units it gave something to do.
by_member as (
    select
        period,
        unit_code as member,
        measure,
        item_key
    from found
    where unit_code is not null
    union all
    select
        period,
        'all' as member,
        measure,
        item_key
    from found
),

counted as (
    select
        period,
        member,
        {% for measure in (happenings | map(attribute=2) | list) + (states | map(attribute=3) | list)
            + (issue_measures | list) %}
        cast(count(distinct case when measure = '{{ measure }}' then item_key end) as integer) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from by_member
    group by period, member
),

invested_by_member as (
    select
        period,
        unit_code as member,
        investment_wanyuan
    from invested
    union all
    select
        period,
        'all' as member,
        sum(investment_wanyuan) as investment_wanyuan
    from invested
    group by period
),

members as (
    select
        period,
        member
    from counted
    union distinct
    select
        period,
        member
    from invested_by_member
)

select
    {{ surrogate_key(['members.period', 'members.member']) }} as row_key,
    members.period,
    begun_periods.period_type,
    begun_periods.year,
    begun_periods.as_of,
    members.member as unit_code,
    case when members.member = 'all' then '全区' else units.unit_name end as unit_name,
    {% for measure in (happenings | map(attribute=2) | list) + (states | map(attribute=3) | list)
        + (issue_measures | list) %}
    coalesce(counted.{{ measure }}, 0) as {{ measure }},
    {% endfor %}
    cast(invested_by_member.investment_wanyuan as decimal(18, 4)) as investment_wanyuan
from members
inner join begun_periods on members.period = begun_periods.period
left join counted
    on
        members.period = counted.period
        and members.member = counted.member
left join invested_by_member
    on
        members.period = invested_by_member.period
        and members.member = invested_by_member.member
left join {{ ref('dim_unit') }} as units on members.member = units.unit_code
