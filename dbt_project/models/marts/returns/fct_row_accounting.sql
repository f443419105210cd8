{{ row_accounting(is_restricted=false) }}
