"""An exported table says where it is from; restricted tables come from their own file and stay private."""

import stat

import openpyxl
import pytest
from homes import a_home
from replays import taizhang

from pipelines.database import open_for_writing
from pipelines.feedback import long_sheets
from pipelines.problems import OperatorError
from pipelines.reports import exports
from pipelines.reports.exports import Wanted, published_tables, write_export

OPEN = """
create schema marts;
create table marts.dim_unit as from (values ('jia', '甲镇', null), ('yi', '乙镇', null))
    as t(unit_code, unit_name, aliases);
create table marts.dim_project as from (values ('k1', '滨河路'), ('k2', '三纬路'))
    as t(project_key, project_name);
create table marts.fct_investment (row_key varchar, project_key varchar, unit_code varchar,
    period varchar, investment_ytd_wanyuan decimal(18, 4), completion_rate double);
insert into marts.fct_investment values ('r3', 'k2', 'yi', '2019-06', 20, 0.5),
    ('r1', 'k1', 'jia', '2019-05', 10, 0.25), ('r2', 'k1', 'jia', '2019-06', 15.1234, 0.741);
comment on table marts.fct_investment is '项目投资进度。按月。 Investment progress. By month.';
comment on column marts.fct_investment.period is '报告期。 Month.';
"""
RESTRICTED = """
create schema marts;
create table marts.fct_fai_reconciliation as from (values ('k1', 'jia', '2019-06', 'TJ-1', 9.5))
    as t(project_key, unit_code, period, statistics_code, statistics_ytd_wanyuan);
comment on table marts.fct_fai_reconciliation is '台账与统计逐项核对。 Item by item.';
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = a_home(tmp_path_factory.mktemp("exports") / "home")
    folder = home.published / "releases" / "7"
    folder.mkdir(parents=True)
    for name, sql in (("reporting", OPEN), ("statistics", RESTRICTED)):
        with open_for_writing(folder / f"{name}.duckdb") as connection:
            connection.execute(sql)
    (home.published / "current").symlink_to("releases/7")
    for name in ("reporting.duckdb", "statistics.duckdb"):
        (home.published / name).symlink_to(f"current/{name}")
    return home


@pytest.fixture
def out(tmp_path):
    return tmp_path / "a.xlsx"


def rows_of(out):
    sheet = openpyxl.load_workbook(out).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_a_table_is_exported_with_names_and_its_keys_at_the_end(home, out):
    assert write_export(home, Wanted("fct_investment"), out).rows == 3
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert sheet.title == "项目投资进度"
    assert [cell.value for cell in sheet[3]] == [
        "项目名称", "单位代码", "单位名称", "报告期", "本年累计完成投资\n(万元)", "年度投资完成率",
        "行键", "项目键",
    ]  # fmt: skip
    # By month and unit, whatever the keys are.
    assert rows_of(out)[1] == ["滨河路", "jia", "甲镇", "2019-06", 15.1234, 0.741, "r2", "k1"]
    assert rows_of(out)[2] == ["三纬路", "yi", "乙镇", "2019-06", 20, 0.5, "r3", "k2"]
    assert [sheet.column_dimensions[name].hidden for name in "FGH"] == [False, True, True]
    assert sheet.print_area == "'项目投资进度'!$A$1:$F$6"
    assert sheet["E6"].number_format == "#,##0.00"
    assert sheet["F6"].number_format == "0.00%"


def test_the_source_line_names_district_release_table_and_filter(home, out):
    write_export(home, Wanted("项目投资进度", period="2019-06", unit="甲镇"), out)
    book = openpyxl.load_workbook(out)
    assert book.worksheets[0]["A2"].value == (
        "来源：试验区项目台账库第 7 期（公开发布） · marts.fct_investment"
        " · 筛选：报告期 2019-06；单位 甲镇 · 1 行"
    )
    guide = book["说明"]
    assert [guide.cell(n, 1).value for n in (1, 2, 3)] == [
        "项目投资进度 fct_investment", "项目投资进度。按月。", "Investment progress. By month.",
    ]  # fmt: skip
    (period,) = (row for row in guide.iter_rows(min_row=8, values_only=True) if row[1] == "period")
    assert period == ("报告期", "period", "VARCHAR", "报告期。", "Month.")


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted("fct_investment", unit="yi"), ["r3"]),
        (Wanted("fct_investment", period="2019-05"), ["r1"]),
        (Wanted("marts.fct_investment", condition="completion_rate > 0.3"), ["r2", "r3"]),
        (Wanted("fct_investment", condition="单位名称 = '甲镇' or 年度投资完成率 = 0.5"), ["r1", "r2", "r3"]),
        (Wanted("fct_investment", unit="甲镇", condition="period = '2019-06' -- 六月"), ["r2"]),
    ],
)  # fmt: skip
def test_rows_are_chosen_by_unit_period_and_condition_in_either_language(home, out, wanted, keys):
    write_export(home, wanted, out)
    assert [row[-2] for row in rows_of(out)] == keys


def test_a_restricted_table_is_marked_and_its_copy_is_for_one_account(home, out):
    out.touch(mode=0o644)
    write_export(home, Wanted("fct_fai_reconciliation", is_restricted=True), out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert sheet["A1"].value == "【受限】台账与统计逐项核对"
    assert "受限发布" in sheet["A2"].value
    assert rows_of(out) == [["滨河路", "jia", "甲镇", "2019-06", "TJ-1", 9.5, "k1"]]


def test_a_restricted_table_is_not_found_in_the_open_file(home, out):
    with pytest.raises(OperatorError, match=r"(?s)no table “fct_fai_reconciliation”.*--restricted"):
        write_export(home, Wanted("fct_fai_reconciliation"), out)
    assert [table.name for table in published_tables(home, is_restricted=True)] == [
        "fct_fai_reconciliation"
    ]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("fct_investmnt"), "nearest is fct_investment"),
        (Wanted("dim_unit", period="2019-06"), "no column period.*Leave --period out"),
        (Wanted("fct_investment", unit="丙镇"), "no unit “丙镇”"),
        (Wanted("fct_investment", period="2018-01"), "no such row"),
        (Wanted("fct_investment", condition="nothing = 1"), "cannot be evaluated: Binder Error"),
        (Wanted("fct_investment", condition="1 = 1)"), "cannot be evaluated: Parser Error"),
        (
            Wanted("fct_investment", condition="period in (from read_text('/etc/hostname'))"),
            "cannot be evaluated: Permission Error",
        ),
    ],
)
def test_what_cannot_be_exported_is_told_in_words_and_leaves_no_file(home, out, wanted, told):
    with pytest.raises(OperatorError, match=f"(?s){told}"):
        write_export(home, wanted, out)
    assert list(out.parent.iterdir()) == []


def test_more_rows_than_excel_takes_are_refused_before_a_file_is_made(home, out, monkeypatch):
    monkeypatch.setattr(exports, "ROW_LIMIT", long_sheets.HEAD_ROWS + 2)
    with pytest.raises(OperatorError, match="has 3 such rows; an Excel sheet takes 2"):
        write_export(home, Wanted("fct_investment"), out)
    assert not out.exists()


def test_a_cut_off_export_leaves_what_was_there(home, out, monkeypatch):
    out.write_bytes(b"before")

    def break_down(*_):
        raise OSError("disk full")

    monkeypatch.setattr(exports, "write_long_workbook", break_down)
    with pytest.raises(OSError, match="disk full"):
        write_export(home, Wanted("fct_investment"), out)
    assert [path.name for path in out.parent.iterdir()] == ["a.xlsx"]
    assert out.read_bytes() == b"before"


def test_nothing_is_exported_before_the_first_release(tmp_path, out):
    with pytest.raises(OperatorError, match="nothing has been published"):
        write_export(a_home(tmp_path / "home"), Wanted("fct_investment"), out)


def test_the_command_lists_exports_and_says_what_is_missing(home, out):
    listed = taizhang("export", "--list", "--home", home.root)
    assert "fct_investment                      项目投资进度\n" in listed.stdout
    done = taizhang("export", "项目投资进度", "--unit", "甲镇", "--home", home.root, "-o", out)
    assert (done.returncode, done.stdout.strip()[-8:]) == (0, " 2 rows.")
    refused = taizhang("export", "dim_unit", "--home", home.root, "-o", out.with_suffix(".csv"))
    assert refused.returncode == 1
    assert "Name an .xlsx file" in refused.stderr
