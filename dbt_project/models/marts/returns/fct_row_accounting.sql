{{ config(materialized='incremental', on_schema_change='fail') }}

{{ row_accounting(is_restricted=false) }}
