"""What dbt's adapter object renders to on DuckDB, for sqlfluff only."""


def quote(identifier):
    return f'"{identifier}"'
