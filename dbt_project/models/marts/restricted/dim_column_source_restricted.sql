{{ config(alias='dim_column_source') }}

{{ column_sources(computed_columns(), columns_without_cell(), restricted_tables(), is_restricted=true) }}
