{{ config(alias='fct_rule_outcomes', materialized='incremental', on_schema_change='fail') }}

{{ rule_outcomes(is_restricted=true) }}
