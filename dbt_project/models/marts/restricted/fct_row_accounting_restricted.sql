{{ config(alias='fct_row_accounting', materialized='incremental', on_schema_change='fail') }}

{{ row_accounting(is_restricted=true) }}
