-- From a published row to its cells: from marts.lineage('fct_investment', '<row_key>').
-- tables: fct_lineage, fct_submissions
create macro marts.lineage(of_table, of_row) as table
select l.*, s.unit_code, s.form_id, s.period, s.file_name, s.sha256
from marts.fct_lineage as l
left join marts.fct_submissions as s on l.receipt_id = s.receipt_id
where l.table_name = of_table and l.row_key = of_row
order by l.column_name
