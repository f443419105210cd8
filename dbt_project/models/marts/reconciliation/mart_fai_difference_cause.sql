-- The causes of the differences in totals. The class is in the key, so that the causes of a class add up to what
-- mart_fai_reconciliation shows of it, and what must be withheld can be told class by class.
with parts as (
    select * from {{ ref('fct_fai_difference_cause') }}
),

cells as (
    select
        coalesce(unit_code, 'unassigned') as unit_code,
        period,
        match_class,
        cause,
        cast(count(*) as integer) as project_count,
        cast(sum(amount_wanyuan) as decimal(18, 4)) as amount_wanyuan,
        count(case when statistics_figure_count > 0 then 1 end) as figure_count,
        count(case when statistics_figure_count > 0 and part_no = 1 then 1 end) as own_count
    from parts
    group by coalesce(unit_code, 'unassigned'), period, match_class, cause
),

judged as (
    {{ withheld_with_companions(
        'cells',
        group_by=['unit_code', 'period', 'match_class'],
        figure_count='figure_count',
        own_count='own_count',
        order_by='cause'
    ) }}
)

select
    {{ surrogate_key(['unit_code', 'period', 'match_class', 'cause']) }} as row_key,
    unit_code,
    period,
    match_class,
    cause,
    project_count,
    case when not is_withheld then amount_wanyuan end as amount_wanyuan,
    is_withheld
from judged
