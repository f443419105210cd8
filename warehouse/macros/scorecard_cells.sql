-- From a score to the cells of its target and its figure, project by project where it is computed:
-- from marts.scorecard_cells('JIA', 'new_starts', '2019-06').
-- tables: mart_scorecard, mart_indicator_progress, fct_targets, fct_indicator_actuals, fct_indicator_contributions, fct_lineage, fct_submissions, dim_column_source
create schema if not exists trace;

create view trace.scorecard_cells as
with parts as (
    select
        p.unit_code, p.indicator_id, p.period, 'target' as part, t.target_value as value,
        cast(null as varchar) as project_key, cast(null as varchar) as project_name,
        'fct_targets' as source_table, t.row_key as source_row_key, 'target_value' as source_column
    from marts.mart_indicator_progress as p
    inner join marts.fct_targets as t
        on p.unit_code = t.unit_code and p.indicator_id = t.indicator_id
        and cast(substring(p.period, 1, 4) as integer) = t.year
    union all
    select
        a.unit_code, a.indicator_id, a.period, 'reported' as part, a.actual_value as value,
        null as project_key, null as project_name,
        'fct_indicator_actuals' as source_table, a.row_key as source_row_key, 'actual_value' as source_column
    from marts.fct_indicator_actuals as a
    where a.source = 'reported'
    union all
    select
        c.unit_code, c.indicator_id, c.period, 'project' as part, c.counted_value as value,
        c.project_key, c.project_name, c.source_table, c.source_row_key, c.source_column
    from marts.fct_indicator_contributions as c
)

select
    p.unit_code, p.indicator_id, p.period, s.row_key is not null as is_scored, s.score, s.weight, s.completion_rate,
    p.part, p.value, p.project_key, p.project_name, p.source_table, p.source_row_key, p.source_column,
    l.receipt_id, r.unit_code as sent_by, r.form_id, r.period as return_period, r.file_name, r.sha256, r.received_at,
    l.sheet, l.cell, l.raw_text, l.marks, l.steps,
    l.corrected_value, l.correction_reason, l.correction_decided_by,
    l.waived_rules, l.waiver_approved_by, l.waiver_reason, l.waiver_expires
from parts as p
left join marts.mart_scorecard as s
    on p.unit_code = s.unit_code and p.indicator_id = s.indicator_id and p.period = s.period
left join marts.fct_lineage as l
    on p.source_table = l.table_name and p.source_row_key = l.row_key and p.source_column = l.column_name
left join marts.fct_submissions as r on l.receipt_id = r.receipt_id;

comment on view trace.scorecard_cells is '得分的单元格：每项得分的任务数和完成数出自哪一格，算出的逐个项目。 From every score to the cells of its target and its figure, project by project where it is computed.';

create macro marts.scorecard_cells(of_unit, of_indicator, of_period) as table
select c.*
from trace.scorecard_cells as c
where c.unit_code = of_unit and c.indicator_id = of_indicator and c.period = of_period
order by c.part desc, c.project_name, c.source_row_key;

-- All indicators a unit is scored by: from marts.ranking_cells('JIA', '2019-06').
create macro marts.ranking_cells(of_unit, of_period) as table
select c.*
from trace.scorecard_cells as c
where c.unit_code = of_unit and c.period = of_period and c.is_scored
order by c.indicator_id, c.part desc, c.project_name, c.source_row_key;

comment on macro table marts.scorecard_cells is '一项得分的目标和完成数出自哪一格。 The cells of the target and the figure behind a score.';
comment on macro table marts.ranking_cells is '一个单位某月各项得分出自哪些格。 The same for all indicators a unit is scored by.';
