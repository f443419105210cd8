{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

{{ rule_outcomes(is_restricted=false) }}
