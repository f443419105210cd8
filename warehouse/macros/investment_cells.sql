-- From a unit's year-to-date investment to the cells of its projects: from marts.investment_cells('JIA', '2019-06').
-- tables: mart_investment_period, mart_progress_summary, fct_investment, fct_lineage, fct_submissions, dim_column_source, dim_project, dim_period
create schema if not exists trace;

create view trace.investment_cells as
-- Months in which nobody reported have no period figures, yet what was completed counts on in their summary.
with quiet_months as (
    select q.period, q.year, q.end_date
    from marts.dim_period as q
    where q.period in (select s.period from marts.mart_progress_summary as s where s.dimension = 'all')
        and q.period not in (select m.period from marts.mart_investment_period as m)
),

-- What counts on is the figure of the project's last month in the year.
last_months as (
    select q.period, m.project_key, max(m.period) as figure_period
    from quiet_months as q
    inner join marts.mart_investment_period as m on q.year = m.year and m.period < q.period
    inner join marts.dim_project as p
        on m.project_key = p.project_key and p.completion_date <= q.end_date and p.status <> 'reserve'
    where m.period_type = 'month' and m.investment_ytd_wanyuan is not null and not m.is_package_parent
    group by q.period, m.project_key
),

months as (
    select m.unit_code, m.period, m.year, m.project_key, m.investment_ytd_wanyuan, m.is_carried_forward
    from marts.mart_investment_period as m
    where m.period_type = 'month' and not m.is_package_parent and m.investment_ytd_wanyuan is not null
    union all
    select m.unit_code, q.period, m.year, m.project_key, m.investment_ytd_wanyuan, true as is_carried_forward
    from last_months as q
    inner join marts.mart_investment_period as m on q.project_key = m.project_key and q.figure_period = m.period
),

counted as (
    select
        m.unit_code, m.period, m.project_key, m.investment_ytd_wanyuan, m.is_carried_forward,
        case
            when m.is_carried_forward then (
                select max(e.period)
                from marts.fct_investment as e
                where e.project_key = m.project_key and e.year = m.year and e.period < m.period
                    and e.investment_ytd_wanyuan is not null
            )
            else m.period
        end as figure_period
    from months as m
)

select
    c.unit_code, c.period, c.project_key, c.investment_ytd_wanyuan, c.is_carried_forward,
    i.row_key as source_row_key, l.receipt_id, r.unit_code as sent_by, r.form_id, r.period as return_period,
    r.file_name, r.sha256, r.received_at, l.sheet, l.cell, l.raw_text, l.marks, l.steps,
    l.corrected_value, l.correction_reason, l.correction_decided_by,
    l.waived_rules, l.waiver_approved_by, l.waiver_reason, l.waiver_expires
from counted as c
left join marts.fct_investment as i on c.project_key = i.project_key and c.figure_period = i.period
left join marts.fct_lineage as l
    on l.table_name = 'fct_investment' and i.row_key = l.row_key and l.column_name = 'investment_ytd_wanyuan'
left join marts.fct_submissions as r on l.receipt_id = r.receipt_id;

comment on view trace.investment_cells is '累计完成投资的单元格：每个单位每月的累计数由哪些项目的哪些格相加。 The cells that add up to the year-to-date investment of each unit and month.';

create macro marts.investment_cells(of_unit, of_period) as table
select c.*
from trace.investment_cells as c
where c.unit_code = of_unit and c.period = of_period
order by c.project_key;

comment on macro table marts.investment_cells is '一个单位某月累计完成投资由哪些格相加。 The cells that add up to a unit’s year-to-date investment of a month.';
