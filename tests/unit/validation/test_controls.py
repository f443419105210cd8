"""The controls a sheet carries: totals within rounding, subtotals, packages once, declared counts."""

from decimal import Decimal

import pytest
from grids import a_sheet, a_workbook
from hypothesis import given
from hypothesis import strategies as st
from small_district import reading_context

from pipelines.validation.controls import check_controls
from pipelines.workbooks.returns import read_return

HEAD = """
2019年3月重点项目进展情况表（单位：万元）
序号 | 项目名称 | 本月完成投资 | 本年累计完成投资
"""
LEDGER_HEAD = """
2019年重点项目台账（单位：万元）
序号 | 项目名称 | 总投资 | 所属打包项目
"""


def controls(rows, head=HEAD, packages=None, changes=None):
    sheets = [rows] if isinstance(rows, str) else rows
    made = [
        a_sheet(head + text.strip("\n"), changes, name=f"表{n}") for n, text in enumerate(sheets)
    ]
    read = read_return(a_workbook(*made), "jia", "表.xlsx", reading_context())
    return check_controls(read, packages or {})


def excesses(*args, **kwargs):
    """How far each total lies beyond rounding, by cell."""
    found = controls(*args, **kwargs)
    return {result.cell: result.excess for result in found if result.excess is not None}


def counts(*args, **kwargs):
    found = controls(*args, **kwargs)
    return {r.cell: r.count_difference for r in found if r.count_difference is not None}


def test_a_total_at_the_bottom_or_at_the_top_equals_its_rows():
    rows = "1 | 甲路 | 10 | 30\n2 | 乙路 | 20 | 40"
    assert excesses(f"{rows}\n合计 | | 30 | 70") == {"C5": 0, "D5": 0}
    assert excesses(f"合计 | | 30 | 70\n{rows}") == {"C3": 0, "D3": 0}


def test_a_total_that_is_off_says_by_how_much_and_what_it_should_be():
    (wrong, right) = controls("1 | 甲路 | 10 | 30\n2 | 乙路 | 20 | 40\n合计 | | 31.5 | 70")
    # Half a unit for each whole-number row, and half of the total's last decimal.
    assert wrong.excess == Decimal("1.5") - Decimal("1") - Decimal("0.05")
    assert (wrong.cell, wrong.field) == ("C5", "investment_month_wanyuan")
    assert (wrong.found, wrong.expected) == ("31.5 万元", "30 万元")
    assert right.excess == 0


@pytest.mark.parametrize(
    ("rows", "total", "is_right"),
    [
        # Three rows of one decimal each hide up to 0.05; the total hides another 0.05.
        (("0.1", "0.2", "0.3"), "0.8", True),
        (("0.1", "0.2", "0.3"), "0.9", False),
        # The most exact row tells how many decimals the column shows: Excel drops zeros.
        (("10", "20", "30.25"), "60.27", True),
        (("10", "20", "30.25"), "60.28", False),
        (("10", "20", "30"), "61", True),
        (("10", "20", "30"), "63", False),
    ],
)
def test_rounding_of_the_shown_decimals_is_no_fault(rows, total, is_right):
    listed = "\n".join(f"{n} | 路{n} | | {amount}" for n, amount in enumerate(rows, 1))
    (excess,) = excesses(f"{listed}\n合计 | | | {total}").values()
    assert (excess == 0) is is_right


def test_the_tolerance_follows_the_unit_of_the_number():
    listed = "1 | 甲路 | | 1.2亿元\n2 | 乙路 | | 0.3亿元"
    assert set(excesses(f"{listed}\n合计 | | | 15900").values()) == {Decimal(0)}
    (excess,) = excesses(f"{listed}\n合计 | | | 16100").values()
    assert excess > 0


@given(st.lists(st.decimals(0, 10_000, places=4), min_size=1, max_size=8), st.integers(0, 3))
def test_a_total_of_honestly_rounded_rows_is_never_a_fault(exact, places):
    def shown(amount):
        return str(amount.quantize(Decimal(1).scaleb(-places)))

    listed = "\n".join(f"{n} | 路{n} | | '{shown(amount)}" for n, amount in enumerate(exact, 1))
    (excess,) = excesses(f"{listed}\n合计 | | | '{shown(sum(exact))}").values()
    assert excess == 0


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.integers(1, 1000))
def test_a_total_beyond_all_rounding_is_always_a_fault(amounts, more):
    listed = "\n".join(f"{n} | 路{n} | | {amount}" for n, amount in enumerate(amounts, 1))
    off = sum(amounts) + len(amounts) + more
    (excess,) = excesses(f"{listed}\n合计 | | | {off}").values()
    assert excess > 0


SUBTOTALS = """
一、新开工
1 | 甲路 | | 10
2 | 乙路 | | 20
小计 | | | 30
二、续建
3 | 丙路 | | 40
小计 | | | 40
合计 | | | 70
"""


def test_subtotals_sum_their_part_and_the_total_sums_all():
    assert set(excesses(SUBTOTALS).values()) == {Decimal(0)}
    off = excesses(SUBTOTALS, changes={"D6": "33"})
    assert [cell for cell, excess in off.items() if excess] == ["D6"]


def test_subtotals_above_their_rows_are_category_amounts():
    rows = (
        "一、新开工 | | | 30\n1 | 甲路 | | 10\n2 | 乙路 | | 20\n二、续建 | | | 40\n3 | 丙路 | | 40"
    )
    assert excesses(rows) == {"D3": 0, "D6": 0}
    assert excesses(rows, changes={"D6": "45"})["D6"] > 0


def test_nested_categories_sum_everything_below_them():
    rows = """
    一、市级（3个） | | | 70
    （一）工业（2个） | | | 30
    1 | 甲路 | | 10
    2 | 乙路 | | 20
    （二）交通（1个） | | | 40
    3 | 丙路 | | 40
    二、区级（0个） | | | 0
    """
    assert set(excesses(rows).values()) == {Decimal(0)}
    assert counts(rows) == {"A3": 0, "A4": 0, "A7": 0, "A9": 0}


def test_a_grand_total_may_stand_for_all_sheets():
    first, second = "1 | 甲路 | | 10", "1 | 乙路 | | 20\n总计 | | | 30"
    assert excesses([first, second]) == {"D4": 0}


def test_of_which_rows_are_not_summed():
    assert excesses("1 | 甲路 | | 10\n其中：省级 | | | 7\n合计 | | | 10") == {"D5": 0}


PACKAGE = (
    "1 | 学校打包 | 100 |\n2 | 一小 | 60 | 学校打包\n3 | 二小 | 40 | 学校打包\n4 | 甲路 | 5 |\n"
)


@pytest.mark.parametrize(("total", "is_right"), [("105", True), ("205", False), ("5", False)])
def test_a_package_and_its_parts_count_once(total, is_right):
    (excess,) = excesses(f"{PACKAGE}合计 | | {total} |", LEDGER_HEAD).values()
    assert (excess == 0) is is_right


def test_a_progress_report_knows_the_packages_of_the_ledgers():
    rows = "1 | 学校打包 | | 100\n2 | 一小 | | 60\n3 | 二小 | | 40\n合计 | | | 100"
    packages = {"一小": "学校打包", "二小": "学校打包"}
    assert excesses(rows, packages=packages) == {"D6": 0}
    assert excesses(rows)["D6"] > 0


@pytest.mark.parametrize(("declared", "difference"), [(2, 0), (3, 1), (1, -1)])
def test_a_declared_count_is_compared_with_the_rows_below(declared, difference):
    rows = f"一、新开工（{declared}个）\n1 | 甲路 | | 10\n2 | 乙路 | | 20"
    assert counts(rows) == {"A3": difference}


def test_a_row_that_cannot_be_read_makes_no_second_fault_of_the_total():
    assert excesses("1 | 甲路 | | 约10\n2 | 乙路 | | 20\n合计 | | | 30") == {}


def test_a_blank_total_claims_nothing():
    assert excesses("1 | 甲路 | 10 | 30\n合计 | | — | 30") == {"D4": 0}
