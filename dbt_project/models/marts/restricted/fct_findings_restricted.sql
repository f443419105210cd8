{{ config(alias='fct_findings') }}

{{ findings(is_restricted=true) }}
