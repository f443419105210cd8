"""The SQL macros that declared rules may use, in derived columns and in rules against history.

``cohort_key`` says the same as the dbt macro of that name (``dbt_project/macros/cohorts.sql``).
"""

_DIGITS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
# 1 … 99 as they are written: 四, 十, 十二, 二十四.
_NUMERALS = tuple(
    ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + _DIGITS[ones]
    for tens in range(10)
    for ones in range(10)
)[1:]
_NUMERAL_LIST = ", ".join(f"'{numeral}'" for numeral in _NUMERALS)
_COHORT = "'^(.*?)第?([0-9]+|[一二三四五六七八九十]+)(期|批次|批)?$'"

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
    """
    create or replace temp macro plain_cohort(cohort) as replace(replace(replace(replace(
        translate(cohort, '０１２３４５６７８９', '0123456789'), ' ', ''), '“', ''), '”', ''), '三个一批', '')
    """,
    f"""
    create or replace temp macro number_word(numeral) as coalesce(
        cast(nullif(list_position([{_NUMERAL_LIST}], numeral), 0) as varchar),
        cast(try_cast(numeral as integer) as varchar), numeral)
    """,
    f"""
    create or replace temp macro cohort_key(cohort) as case
        when regexp_extract(plain_cohort(cohort), {_COHORT}, 2) = '' then plain_cohort(cohort)
        else regexp_extract(plain_cohort(cohort), {_COHORT}, 1) || '第'
            || number_word(regexp_extract(plain_cohort(cohort), {_COHORT}, 2)) || '期' end
    """,
)
