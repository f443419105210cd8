{{ config(alias='fct_submissions') }}

{{ submissions(shows_restricted=true) }}
