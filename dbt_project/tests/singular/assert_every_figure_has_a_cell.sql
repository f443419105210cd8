-- Every figure can be traced (contract §6.3). A figure whose column was not found again is shown here; one that a
-- correction put where nothing was submitted has no text.
{{ config(severity='warn') }}

select
    table_name,
    row_key,
    column_name
from {{ ref('fct_lineage') }}
where (cell is null or raw_text is null) and coalesce(steps, '') not like '%更正：%'
union all
select
    table_name,
    row_key,
    column_name
from {{ ref('fct_lineage_restricted') }}
where (cell is null or raw_text is null) and coalesce(steps, '') not like '%更正：%'
