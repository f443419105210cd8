-- Every figure can be traced (contract §6.3). A figure whose column was not found again is shown here.
{{ config(severity='warn') }}

select
    table_name,
    row_key,
    column_name
from {{ ref('fct_lineage') }} where cell is null or raw_text is null
union all
select
    table_name,
    row_key,
    column_name
from {{ ref('fct_lineage_restricted') }} where cell is null or raw_text is null
