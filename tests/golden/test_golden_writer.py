"""The writer of the golden returns writes what the grids say, judged by a reader that is not openpyxl."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from decimal import Decimal

import duckdb
import pytest
from golden_comparison import compare, compare_findings
from golden_releases import Release
from golden_scenarios import HERE, Return, Scenario, scenario_names
from golden_tables import ExpectedTable, arithmetic
from golden_workbooks import Cell, Sheet, parse_cell, write_xls, write_xlsx
from python_calamine import load_workbook


def cells(*rows: list[str]) -> dict:
    made = {
        (r, c): parse_cell(text) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)
    }
    return {place: cell for place, cell in made.items() if cell}


GRID = cells(
    ["台账", "", "单位：万元"],
    ["项 目⏎名称", "总投资", "开工"],
    ["'007", "12.5", "d:2025-03-05"],
    ["一号", "-3", "'2025.3.5"],
)


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_numbers_texts_dates_and_line_breaks_arrive_as_such(write):
    book = load_workbook(io.BytesIO(write([Sheet("甲", GRID, merges=["A1:B1"])])))
    assert book.get_sheet_by_name("甲").to_python() == [
        ["台账", "", "单位：万元"],
        ["项 目\n名称", "总投资", "开工"],
        ["007", 12.5, dt.date(2025, 3, 5)],
        ["一号", -3.0, "2025.3.5"],
    ]


def test_hidden_sheets_are_hidden():
    for write in (write_xlsx, write_xls):
        book = load_workbook(io.BytesIO(write([Sheet("甲", GRID), Sheet("乙", GRID, hidden=True)])))
        assert [str(meta.visible) for meta in book.sheets_metadata] == [
            "SheetVisibleEnum.Visible",
            "SheetVisibleEnum.Hidden",
        ]


def test_formulas_carry_a_stored_value_only_where_the_grid_gives_one():
    data = write_xlsx([Sheet("甲", cells(["1", "2"], ["=A1+B1", "=A1+B1 -> 3", "#REF!"]))])
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>A1+B1</f><v>3</v>" in xml
    assert xml.count("<f>A1+B1</f>") == 2
    assert 't="e"' in xml and "#REF!" in xml
    assert load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1] == ["", 3.0, ""]


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_the_same_grid_is_the_same_bytes(write):
    first, second = (hashlib.sha256(write([Sheet("甲", GRID)])).hexdigest() for _ in range(2))
    assert first == second


def test_expected_figures_may_be_written_as_arithmetic():
    assert (
        arithmetic("(900.5/6000 - 2/12)*100") == (Decimal("900.5") / 6000 - Decimal(2) / 12) * 100
    )
    assert arithmetic("-9") == -9
    assert parse_cell("=1 -> 2") == Cell("formula", "=1", Decimal(2))


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_can_be_written_and_points_at_its_own_files(name):
    """Also: file times lie at least a minute before their load, and expected tables name only files that exist."""
    story = Scenario(HERE / name)
    labels = set()
    for load in story.loads:
        for entry in load.returns:
            labels.add(entry.label)
            assert (
                dt.datetime.fromisoformat(load.now).replace(tzinfo=entry.mtime.tzinfo) - entry.mtime
            ).total_seconds() >= 60
    for release, table in story.expected_tables():
        expected = story.table(table, release)
        for column in ("receipt", "receipt_id", "superseded_by"):
            for row in expected.rows:
                for label in row.get(column, "NULL").split("|"):
                    assert label in labels | {"NULL", "*"}, f"{release}.{table}: {column} {label}"
        if table != "fct_findings":
            keys = [tuple(row[key] for key in expected.keys) for row in expected.rows]
            assert expected.keys and len(keys) == len(set(keys)), (
                f"{release}.{table}: keys are not unique"
            )


# --------------------------------------------------------------------------------------------------------
# The judge itself: a release made by hand, once right and once wrong
# --------------------------------------------------------------------------------------------------------


def hand_made_release(home, ytd: str, cell: str):
    (home / "published").mkdir(parents=True)
    entry = Return("A01/一月.xlsx", "A01", "一月.xlsx", b"bytes", dt.datetime(2025, 2, 1))
    tables = {
        "dim_project": "'k1' project_key, '河东物流园★' project_name",
        "fct_submissions": f"'r1' receipt_id, 'A01' unit_code, '一月.xlsx' file_name, '{entry.sha256}' sha256",
        "fct_investment": f"""'k1' project_key, '2025-01' period, 'r1' receipt_id, null::double progress_gap_pp,
            {ytd}::decimal(18,4) investment_ytd_wanyuan, {ytd}::double / 3 completion_rate""",
        "fct_findings": f"""'r1' receipt_id, 'x.1' rule_id, 'error' severity, 'Sheet1' sheet, '{cell}' cell,
            'investment_ytd_wanyuan' field, '数字不对' message""",
    }
    for name in ("reporting", "statistics"):
        with duckdb.connect(str(home / "published" / f"{name}.duckdb")) as connection:
            connection.execute("create schema marts")
            for table, columns in tables.items():
                connection.execute(f"create table marts.{table} as select {columns}")
    return Release(home, [entry])


def expected_table(path, text: str) -> ExpectedTable:
    path.write_text(text, encoding="utf-8")
    return ExpectedTable(path)


def test_the_judge_passes_what_is_right_and_names_what_is_wrong(tmp_path):
    table = expected_table(
        tmp_path / "fct_investment.csv",
        "project*,period*,investment_ytd_wanyuan,completion_rate,progress_gap_pp,receipt_id\n"
        "河东 物流园,2025-01,100.5,100.5/3,NULL,A01/一月.xlsx\n",
    )
    findings = expected_table(
        tmp_path / "fct_findings.csv",
        "receipt,severity,sheet,cell,field,why\nA01/一月.xlsx,error,*,C5|D5,investment_ytd_wanyuan,why\n",
    )
    silence = expected_table(tmp_path / "none.csv", "receipt,severity,sheet,cell,field,why\n")
    right = hand_made_release(tmp_path / "right", "100.5", "D5")
    assert compare("s", "fct_investment", table, right, "reporting", []) == []
    assert compare_findings("s", findings, right, "reporting", set()) == []
    assert len(compare_findings("s", silence, right, "reporting", set())) == 1
    wrong = hand_made_release(tmp_path / "wrong", "100.6", "E5")
    found = compare("s", "fct_investment", table, wrong, "reporting", [])
    assert found == [
        "s | reporting.fct_investment | 河东 物流园 · 2025-01 | investment_ytd_wanyuan | expected 100.5 | found 100.6000",
        "s | reporting.fct_investment | 河东 物流园 · 2025-01 | completion_rate | expected 100.5/3 | found 33.53333333333333",
    ]
    assert len(compare_findings("s", findings, wrong, "reporting", set())) == 1


def test_the_judge_sees_missing_and_surplus_rows(tmp_path):
    release = hand_made_release(tmp_path / "home", "1", "D5")
    table = expected_table(
        tmp_path / "fct_investment.csv",
        "project*,period*,investment_ytd_wanyuan\n别的项目,2025-01,1\n",
    )
    missing, surplus = compare("s", "fct_investment", table, release, "reporting", [])
    assert "expected one row, found 0" in missing and "a row that should not be there" in surplus
    allowed = [{"table": "fct_investment", "where": {"project": "河东物流园"}}]
    assert len(compare("s", "fct_investment", table, release, "reporting", allowed)) == 1
