-- Nothing is lost (contract §6.1): the rows of every sheet add up.
select
    receipt_id,
    sheet
from {{ ref('fct_row_accounting') }} where not is_balanced
union all
select
    receipt_id,
    sheet
from {{ ref('fct_row_accounting_restricted') }} where not is_balanced
