-- One row per project that was completed, with what the ledger of that year planned.
{{ config(materialized='view') }}

{{ reached_milestones('completion', ['production_date']) }}
