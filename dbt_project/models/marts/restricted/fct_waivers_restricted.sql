{{ config(alias='fct_waivers') }}

{{ waivers(is_restricted=true) }}
