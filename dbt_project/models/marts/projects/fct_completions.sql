select
    {{ surrogate_key(['project_key']) }} as row_key,
    project_key,
    unit_code,
    planned_completion,
    reported_completion,
    verified_completion,
    completion_date,
    production_date,
    completion_period,
    days_late,
    is_verified,
    total_investment_wanyuan,
    size_band,
    is_package_parent,
    value_status,
    ledger_year
from {{ ref('int_projects__completions') }}
