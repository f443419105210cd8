-- From a published row to its cells: from marts.lineage('fct_investment', '<row_key>').
-- With the file attached as r and not in use: from r.trace.lineage where table_name = '…' and row_key = '…'.
-- tables: fct_lineage, fct_submissions, dim_column_source, fct_indicator_actuals, fct_indicator_contributions, mart_project_light, fct_waivers
create schema if not exists trace;

create view trace.lineage as
with contributed as (
    select
        c.row_key, c.unit_code, c.indicator_id, c.period, c.source_table, c.source_row_key, c.source_column,
        case
            when c.event_date is not null then 'event_date'
            when c.source_table = 'fct_investment' then 'counted_value'
            else 'total_investment_wanyuan'
        end as column_name
    from marts.fct_indicator_contributions as c
),

led as (
    -- A figure's own cell.
    select l.table_name as of_table, l.row_key as of_row, l.column_name as of_column, l.*
    from marts.fct_lineage as l
    union all
    -- What a column is computed from.
    select d.table_name as of_table, l.row_key as of_row, d.column_name as of_column, l.*
    from marts.dim_column_source as d
    inner join marts.fct_lineage as l on d.source_table = l.table_name and d.source_column = l.column_name
    union all
    -- A project that counts in an indicator, and the computed figure it counts in.
    select
        'fct_indicator_contributions' as of_table, c.row_key as of_row,
        case when l.column_name = c.source_column then c.column_name else l.column_name end as of_column, l.*
    from contributed as c
    inner join marts.fct_lineage as l
        on c.source_table = l.table_name and c.source_row_key = l.row_key
        and l.column_name in (c.source_column, 'total_investment_wanyuan')
    union all
    select 'fct_indicator_actuals' as of_table, a.row_key as of_row, 'actual_value' as of_column, l.*
    from marts.fct_indicator_actuals as a
    inner join contributed as c
        on a.unit_code = c.unit_code and a.indicator_id = c.indicator_id and a.period = c.period
    inner join marts.fct_lineage as l
        on c.source_table = l.table_name and c.source_row_key = l.row_key and c.source_column = l.column_name
    where a.source = 'computed'
),

-- A light is waived for a project, not for a cell.
light_waivers as (
    select
        m.row_key,
        string_agg(w.rule_id, ';' order by w.waiver_no) as rules,
        string_agg(w.approved_by, ';' order by w.waiver_no) as approved_by,
        string_agg(w.reason, '；' order by w.waiver_no) as reason,
        min(w.expires) as expires
    from marts.mart_project_light as m
    inner join marts.fct_waivers as w
        on w.rule_id like 'light:%'
        and list_contains(string_split(m.waived_components, ';'), substring(w.rule_id, 7))
        and (w.unit_code is null or w.unit_code = m.unit_code)
        and (w.period is null or m.period = w.period or m.period like w.period || '-%')
        and contains(m.waiver_reasons, w.reason)
    where m.waived_components is not null
    group by m.row_key
)

select
    t.of_table as table_name, t.of_row as row_key, t.of_column as column_name,
    t.table_name as source_table, t.row_key as source_row_key, t.column_name as source_column,
    t.receipt_id, s.unit_code, s.form_id, s.period, s.file_name, s.sha256, s.received_at,
    t.sheet, t.cell, t.raw_text, t.marks, t.steps,
    t.corrected_value, t.correction_reason, t.correction_decided_by,
    coalesce(w.rules, t.waived_rules) as waived_rules,
    coalesce(w.approved_by, t.waiver_approved_by) as waiver_approved_by,
    coalesce(w.reason, t.waiver_reason) as waiver_reason,
    coalesce(w.expires, t.waiver_expires) as waiver_expires
from led as t
left join marts.fct_submissions as s on t.receipt_id = s.receipt_id
left join light_waivers as w on t.of_table = 'mart_project_light' and t.of_row = w.row_key;

comment on view trace.lineage is '逐格来源：每个数、每个推算的数出自哪份文件、哪一格，更正和豁免并列。 From every figure, computed ones included, to its cells.';

create macro marts.lineage(of_table, of_row) as table
select l.*
from trace.lineage as l
where l.table_name = of_table and l.row_key = of_row
order by l.column_name, l.source_table, l.source_column, l.source_row_key;

comment on macro table marts.lineage is '一行的每个数和日期出自哪一格。 The cells every figure and date of a row comes from.';
