-- The same in statistics.duckdb: from marts.lineage('fct_fai_reconciliation', '<row_key>').
-- Its view has a name of its own: with both files attached, the macro of the one not in use fails and misleads nobody.
-- tables: fct_fai_reconciliation, fct_lineage, fct_traced_returns, dim_column_source
create schema if not exists trace;

create view trace.lineage_restricted as
with led as (
    select l.table_name as of_table, l.row_key as of_row, l.column_name as of_column, l.*
    from marts.fct_lineage as l
    union all
    select d.table_name as of_table, l.row_key as of_row, d.column_name as of_column, l.*
    from marts.dim_column_source as d
    inner join marts.fct_lineage as l on d.source_table = l.table_name and d.source_column = l.column_name
)

select
    t.of_table as table_name, t.of_row as row_key, t.of_column as column_name,
    t.table_name as source_table, t.row_key as source_row_key, t.column_name as source_column,
    t.receipt_id, s.unit_code, s.form_id, s.period, s.file_name, s.sha256, s.received_at,
    t.sheet, t.cell, t.raw_text, t.marks, t.steps,
    t.corrected_value, t.correction_reason, t.correction_decided_by,
    t.waived_rules, t.waiver_approved_by, t.waiver_reason, t.waiver_expires
from led as t
left join marts.fct_traced_returns as s on t.receipt_id = s.receipt_id;

comment on view trace.lineage_restricted is '逐格来源（受限）：核对的每个数出自哪份文件、哪一格。 From every figure of the reconciliation to its cells.';

create macro marts.lineage(of_table, of_row) as table
select l.*
from trace.lineage_restricted as l
where l.table_name = of_table and l.row_key = of_row
order by l.column_name, l.source_table, l.source_column, l.source_row_key;

comment on macro table marts.lineage is '一行的每个数和日期出自哪一格（受限）。 The cells every figure and date of a restricted row comes from.';
