-- One row per project that started, with what the ledger of that year planned.
{{ config(materialized='view') }}

{{ reached_milestones('start') }}
