"""What a template takes over from the ledger, and how it is issued."""

import io
import json
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from homes import a_home
from openpyxl import load_workbook
from small_district import Arrival, a_desk, a_form, declared_forms
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.database import open_read_only, quote_text
from pipelines.declarations.forms import Field
from pipelines.feedback.issuing import issue_template
from pipelines.feedback.prefill import Prefill, PrefilledRow, read_prefill
from pipelines.feedback.row_heights import fitting_height
from pipelines.feedback.template_guide import guide_sheet, heading_comment
from pipelines.feedback.templates import build_template, new_template_name
from pipelines.problems import OperatorError
from pipelines.workbooks.own_sheets import MARK_SHEET

LEDGER = """
2019年重点项目台账（单位：万元）
项目代码 | 项目名称 | 建设性质 | 总投资 | 截至上年底累计完成投资 | 计划开工时间 | 责任单位
2019-130871-48-03-000001 | 滨河路 | 新开工 | 5000 | | 2019年4月 | 甲镇人民政府
| 三纬路 | 续建 | 3000 | 1000 | | 甲镇
| 养老院 | 储备 | 900 | | | 甲镇
| 图书馆 | 新开工 | 8000 | | | 乙镇
| 体育场 | 新开工 | 700 | | | 不知道的单位
| 开发区路网 | 续建 | 700 | 5 | |
"""
PROGRESS = """
2019年{month}月进展情况表（单位：万元）
项目代码 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资 | 形象进度 | 实际开工时间 | 复工时间 | 存在问题 | 备注
| 滨河 路★ | 10 | {ytd} | 30.5 | 路基 | 2019-01-05 | | 征地 | 核减
| 三纬路 | 20 | 40 | 1040 | | 2018年3月 | 2019-02-20 | |
"""
EXTRA = "2019年11月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资 | 自开工累计完成投资\n三纬路 | 900 | 1900\n图书馆 | 7 | 7"
STATISTICS = """
2019年1-3月固定资产投资项目统计明细（单位：万元）
统计库项目编码 | 项目名称 | 计划总投资 | 自年初累计完成投资 | 开工时间
13087120190001 | 滨河路 | 5000 | 30 | 2019-01
"""


def report(month, ytd="30.5"):
    return Arrival("jia", PROGRESS.format(month=month, ytd=ytd), file_name=f"{month}月.xlsx")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """What a load leaves: a ledger of 发改局, reports of 甲镇 for January, February and November."""
    path = tmp_path_factory.mktemp("snapshot") / "snapshot.duckdb"
    with a_desk(are_rows_judged=False) as desk:
        desk.load({"ledger": Arrival("fagai", LEDGER, file_name="台账.xlsx")})
        desk.load({"january": report(1, "10")})
        desk.load({"february": report(2)})
        desk.load({"statistics": Arrival("tongji", STATISTICS, file_name="统计.xlsx")})
        desk.load({"november": Arrival("jia", EXTRA, file_name="11月.xlsx")})
        assert desk.in_force() == {"ledger", "january", "february", "statistics", "november"}
        ((name,),) = desk.connection.execute("select current_database()").fetchall()
        desk.connection.execute(f"attach {quote_text(str(path))} as snapshot")
        desk.connection.execute(f"copy from database {name} to snapshot")
        desk.connection.execute("detach snapshot")
    return path


def prefill(snapshot, form_id, unit, period):
    with open_read_only(snapshot) as connection:
        return read_prefill(connection, a_form(form_id), declared_forms(), unit, period)


def test_a_report_begins_with_the_units_own_projects_and_what_it_last_said_of_them(snapshot):
    taken = prefill(snapshot, "progress_report", "jia", "2019-03")
    assert taken.last_period == "2019-02"
    assert [dict(row.values) for row in taken.rows] == [
        {
            "project_code": "2019-130871-48-03-000001",
            "project_name": "滨河路",
            "investment_ytd_wanyuan": Decimal("30.5"),
            "investment_cumulative_wanyuan": Decimal("30.5"),
            "physical_progress": "路基",
            "actual_start": date(2019, 1, 5),
        },
        {
            "project_name": "三纬路",
            "investment_ytd_wanyuan": Decimal(40),
            "investment_cumulative_wanyuan": Decimal(1040),
            "actual_start": "2018年3月",
            "resumed_on": date(2019, 2, 20),
        },
    ]
    assert taken.rows[0].outdated == {
        "investment_ytd_wanyuan",
        "investment_cumulative_wanyuan",
        "physical_progress",
    }


def test_another_units_project_is_nobody_elses_and_one_without_unit_is_the_submitters(snapshot):
    def names(unit):
        taken = prefill(snapshot, "progress_report", unit, "2019-03")
        return [row.values["project_name"] for row in taken.rows]

    assert names("yi") == ["图书馆"]
    assert names("fagai") == ["体育场", "开发区路网"]
    assert names("tongji") == []


def test_what_counts_within_a_year_is_not_taken_into_the_next(snapshot):
    taken = prefill(snapshot, "progress_report", "jia", "2020-01")
    assert taken.last_period == "2019-11"
    assert [dict(row.values) for row in taken.rows] == [
        {"project_name": "三纬路", "investment_cumulative_wanyuan": Decimal(1900)},
        {"project_name": "图书馆", "investment_cumulative_wanyuan": Decimal(7)},
    ]


def test_a_project_reported_without_being_in_the_units_list_is_kept(snapshot):
    taken = prefill(snapshot, "progress_report", "jia", "2019-12-H1")
    assert taken.last_period == "2019-11"
    names = [row.values["project_name"] for row in taken.rows]
    assert names == ["滨河路", "三纬路", "图书馆"]
    assert "investment_ytd_wanyuan" not in taken.rows[0].values
    assert taken.rows[1].values["investment_ytd_wanyuan"] == 900


def test_the_period_itself_is_not_taken_for_the_last_one(snapshot):
    assert prefill(snapshot, "progress_report", "jia", "2019-11").last_period == "2019-02"
    assert prefill(snapshot, "progress_report", "jia", "2019-02-H2").last_period == "2019-01"


def test_the_first_report_has_the_projects_and_no_figures(snapshot):
    taken = prefill(snapshot, "progress_report", "jia", "2019-01")
    assert taken.last_period is None
    assert [set(row.values) for row in taken.rows] == [
        {"project_code", "project_name"},
        {"project_name"},
    ]


def test_a_ledger_begins_with_the_units_own_of_the_year_or_the_year_before(snapshot):
    same, following = (prefill(snapshot, "project_ledger", "fagai", y) for y in ("2019", "2020"))
    assert same.last_period == following.last_period == "2019"
    first = same.rows[0]
    assert (len(same.rows), first.outdated) == (6, frozenset())
    assert first.values["total_investment_wanyuan"] == 5000
    assert first.values["planned_start"] == "2019年4月"
    assert first.values["responsible_unit"] == "甲镇人民政府"
    assert {"ledger_nature", "cumulative_prior_wanyuan"} <= set(same.rows[1].values)
    assert not {"ledger_nature", "cumulative_prior_wanyuan"} & set(following.rows[1].values)
    assert prefill(snapshot, "project_ledger", "jia", "2019") == Prefill()


def test_a_statistics_return_begins_with_the_records_and_without_their_figures(snapshot):
    taken = prefill(snapshot, "statistics_fai", "tongji", "2019-04")
    assert [dict(row.values) for row in taken.rows] == [
        {
            "statistics_code": "13087120190001",
            "statistics_name": "滨河路",
            "planned_total_wanyuan": Decimal(5000),
            "start_month": "2019年1月",
        }
    ]


def test_nothing_is_taken_over_where_nothing_is_declared_or_nothing_was_loaded(snapshot, tmp_path):
    assert prefill(snapshot, "start_completion_register", "fagai", "2019-03") == Prefill()
    home = a_home(tmp_path / "home")
    sheet = sheets(issue_template("progress_report", "jia", "2019-03", home)).worksheets[0]
    assert sheet["C4"].value is None


def sheets(data):
    return load_workbook(io.BytesIO(data))


OUTDATED = Prefill(
    [
        PrefilledRow(
            {"project_name": "滨河路", "investment_ytd_wanyuan": Decimal("30.5")},
            frozenset({"investment_ytd_wanyuan"}),
        ),
        PrefilledRow({"project_name": "三纬路"}),
    ],
    "2019-02",
)


def test_an_outdated_figure_says_so_and_stands_out_until_it_is_changed():
    form = a_form("progress_report")
    sheet = sheets(build_template(form, "jia", "甲镇", "2019-03", OUTDATED)).worksheets[0]
    checks = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    assert checks["E4"].prompt == (
        "这里是上期（2019年2月）报的：30.5。请改为截至本期的累计数，单位是万元。"
    )
    assert checks["E4"].type == "decimal"
    assert checks["E5:E205"].prompt is None
    ((area, (rule,)),) = [(a, r) for a, r in sheet.conditional_formatting._cf_rules.items()]
    assert (str(area.sqref), rule.formula) == ("E4", ["30.5"])
    assert [cell.value for cell in sheet["A"][3:6]] == [1, 2, None]


def test_headings_are_locked_and_the_cells_to_fill_in_are_open():
    form = a_form("progress_report")
    sheet = sheets(build_template(form, "jia", "甲镇", "2019-03", Prefill())).worksheets[0]
    assert sheet.protection.sheet
    assert [sheet[c].protection.locked for c in ("A1", "A2", "C3", "C4", "E203", "C204")] == [
        True, True, True, False, False, True,
    ]  # fmt: skip
    assert sheet["B4"].number_format == "@"
    assert sheet["H4"].number_format == "yyyy-mm-dd"
    assert sheet.print_title_rows == "$1:$3"


def test_what_nobody_knows_is_left_to_whoever_fills_in():
    form = a_form("progress_report")
    sheet = sheets(build_template(form, "jia", None, None, Prefill())).worksheets[0]
    assert sheet["A1"].value == "____年__月重点项目进展情况表"
    assert sheet["A2"].value.startswith("填报单位：____")
    assert not sheet["A1"].protection.locked and not sheet["A2"].protection.locked


def test_a_template_carries_its_mark_where_nobody_trips_over_it():
    book = sheets(build_template(a_form("project_ledger"), "jia", "甲镇", "2019", Prefill()))
    mark = book[MARK_SHEET]
    assert mark.sheet_state == "veryHidden"
    assert [tuple(c.value for c in row) for row in mark.iter_rows()] == [
        ("taizhang", None),
        ("form_id", "project_ledger"),
        ("template_version", "1"),
        ("unit_code", "jia"),
        ("period", "2019"),
    ]


def test_the_guide_speaks_of_what_this_template_holds():
    form = a_form("progress_report")

    def words(prefill):
        rows = guide_sheet(form, "2019-03", "进展", prefill).rows
        return "\n".join(str(cell) for row in rows for cell in row)

    assert "上期（2019年2月）" in words(OUTDATED)
    assert "上期（" not in words(Prefill())
    assert "2019年3月" in words(Prefill())
    assert all(field.label in words(Prefill()) for field in form.fields)


def test_a_field_without_words_of_its_own_is_still_explained():
    money = Field("price_wanyuan", "money", True, "定价", ("定价",), {}, "12")
    assert heading_comment(money) == (
        "定价（必填）\n单位是万元，只填数字，不写“约”“余”；没有数的留空。\n例：12"
    )
    text = Field("shelf", "text", False, "书架", ("书架",), {}, "")
    assert heading_comment(text) == "书架（选填）\n照实填写。"


def test_a_new_template_is_named_after_its_return():
    form = a_form("progress_report")
    assert new_template_name(form, "2019-03") == "新模板_2019年3月重点项目进展情况表.xlsx"
    assert new_template_name(form, None) == "新模板_重点项目进展情况表.xlsx"


def test_a_template_of_a_home_names_the_unit_and_takes_over_what_the_home_knows(snapshot, tmp_path):
    home = a_home(tmp_path / "home")
    home.ledger_snapshot.parent.mkdir()
    home.ledger_snapshot.write_bytes(snapshot.read_bytes())
    sheet = sheets(issue_template("progress_report", "jia", "2019-03", home)).worksheets[0]
    assert sheet["A2"].value == "填报单位：甲镇"
    assert sheet["C4"].value == "滨河路"
    assert sheet["H4"].value == datetime(2019, 1, 5)


def test_without_the_copy_of_its_ledger_a_home_gives_no_half_filled_template(snapshot, tmp_path):
    home = a_home(tmp_path / "home")
    home.work_database.write_bytes(snapshot.read_bytes())
    with pytest.raises(OperatorError, match="snapshot"):
        issue_template("progress_report", "jia", "2019-03", home)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (SimpleNamespace(form="progres", unit="jia", period="2019-03"), "progress_report"),
        (SimpleNamespace(form="progress_report", unit="jia", period="2019"), "YYYY-MM"),
        (SimpleNamespace(form="progress_report", unit="jia", period="2019-13"), "YYYY-MM"),
        (SimpleNamespace(form="project_ledger", unit="jia", period="2019-03"), "YYYY,"),
        (SimpleNamespace(form="progress_report", unit="bing", period="2019-03"), "fagai, jia"),
    ],
)
def test_a_template_nobody_could_send_is_not_issued(tmp_path, asked, told):
    with pytest.raises(OperatorError) as fault:
        issue_template(asked.form, asked.unit, asked.period, a_home(tmp_path / "home"))
    assert told in fault.value.remedy


@pytest.mark.parametrize(
    ("texts", "widths", "lines"),
    [
        (["滨河路"], [28], 1),
        (["滨河路道路工程滨河路道路工程"], [20], 2),
        (["a" * 28, "一\n二\n三"], [28, 28], 3),
        ([""], [28], 1),
    ],
)
def test_a_row_is_as_high_as_its_longest_text_needs(texts, widths, lines):
    assert fitting_height(texts, widths) == 15 * lines + 5


def test_the_command_writes_a_template_that_check_takes_without_a_home(tmp_path):
    target = tmp_path / "模板.xlsx"
    command = ["template", "project_ledger", "--unit", "jia", "--period", "2019", "-o", str(target)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    book = load_workbook(target)
    for column, value in (("A", 1), ("C", "滨河路"), ("J", 5000)):
        book.worksheets[0][f"{column}4"].value = value
    book.save(target)
    checked = CliRunner().invoke(app, ["check", str(target), "--unit", "jia", "--json"])
    said = json.loads(checked.output)
    assert (checked.exit_code, said["form_id"], said["period"], said["findings"]) == (
        0,
        "project_ledger",
        "2019",
        [],
    )
