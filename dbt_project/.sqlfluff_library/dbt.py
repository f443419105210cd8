"""What dbt's cross-database macros render to on DuckDB, for sqlfluff only."""


def type_string():
    return "text"


def datediff(first_date, second_date, datepart):
    return f"date_diff('{datepart}', {first_date}, {second_date})"


def date_trunc(datepart, date):
    return f"date_trunc('{datepart}', {date})"


def generate_series(upper_bound):
    return f"select 1 as generated_number limit {upper_bound}"


def listagg(measure, delimiter_text, order_by_clause):
    return f"string_agg({measure}, {delimiter_text} {order_by_clause})"


def dateadd(datepart: str, interval: str, from_date_or_timestamp: str) -> str:
    return f"date_add({from_date_or_timestamp}, interval ({interval}) {datepart})"
