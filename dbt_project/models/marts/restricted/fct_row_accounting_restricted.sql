{{ config(alias='fct_row_accounting') }}

{{ row_accounting(is_restricted=true) }}
