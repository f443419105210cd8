select
    {{ surrogate_key(['receipt_id', 'sheet', 'row_number']) }} as row_key,
    unit_code,
    submitter_code,
    year,
    project_name,
    total_investment_wanyuan,
    plan_year_wanyuan,
    size_band,
    proposed_tier,
    maturity,
    project_key,
    is_counted,
    receipt_id,
    sheet,
    row_number
from {{ ref('int_reserve__entries') }}
where is_in_force
