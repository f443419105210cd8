{{ config(materialized='incremental', on_schema_change='fail') }}

{{ rule_outcomes(is_restricted=false) }}
