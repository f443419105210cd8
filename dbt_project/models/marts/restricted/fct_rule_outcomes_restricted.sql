{{ config(alias='fct_rule_outcomes') }}

{{ rule_outcomes(is_restricted=true) }}
