"""The SQL macros that declared rules may use, in derived columns and in rules against history."""

# An exact amount without trailing zeros; in_order compares two dates as exactly as both are told.
MACROS = (
    """
    create or replace temp macro plain(x) as case
        when contains(cast(x as varchar), '.')
            then rtrim(rtrim(cast(x as varchar), '0'), '.')
        else cast(x as varchar) end
    """,
    """
    create or replace temp macro in_order(a, a_precision, b, b_precision) as case
        when a is null or b is null then null
        when 'year' in (a_precision, b_precision) then year(a) <= year(b)
        when 'month' in (a_precision, b_precision) then
            year(a) * 12 + month(a) <= year(b) * 12 + month(b)
        else a <= b end
    """,
    """
    create or replace temp macro off_by_ten_thousand(ratio) as
    coalesce(ratio between 5e3 and 2e4 or ratio between 5e-5 and 2e-4, false)
    """,
)
