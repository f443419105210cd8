"""What is personal or restricted is in no byte of what everybody may read, and is where it belongs."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from grids import a_file
from homes import LINKS, a_home, drop
from replays import taizhang

from pipelines.orchestration.running import run_load
from pipelines.settings import Home

NOW = datetime(2019, 7, 5, 18)
LEADER, IN_CHARGE, NODE_OWNER, ON_ISSUE = "欧阳包保甲", "司徒负责乙", "上官节点丙", "诸葛问题丁"
PERSONS = (LEADER, IN_CHARGE, NODE_OWNER, ON_ISSUE)
PLAIN = (
    "13911110001", "13911110002", "13911110003", "13911110004", "13911110005", "13911110006",
    "13911110007", "13911110008", "0314-7654321", "130802199003072316",
)  # fmt: skip
BY_TEXT, BY_NUMBER, IN_REMARKS, IN_WORKS, IN_PROGRESS, IN_PROBLEM, IN_FILE, IN_ITEM, LINE, CARD = (
    PLAIN
)
ELSEWHERE = (
    "13911110011", "13911110012", "13911110013", "13911110014", "13911110015", "13911110016",
    "13911110017", "13911110018", "13911110019",
)  # fmt: skip
(
    IN_NAME, IN_RESERVE, TO_CORRECT, CORRECTED, IN_REASON, OF_FIGURE, IN_WAIVER, IN_NOTE, IN_SHEET
) = ELSEWHERE  # fmt: skip
# As people part and write them; found again without what parts them.
FORMS = (
    "139－1111－0021", "139　1111　0022", "139—1111—0023", "139.1111.0024", "１３９１１１１００２５",
    "0314 7654326", "(0314)7654327", "（０３１４）7654328", "130802 19900307 232X",
)  # fmt: skip
PHONES = (*PLAIN, *ELSEWHERE, *FORMS)
CODE, NAME, OWNER, FIGURE = "13087120190077", "秘密库内名称工程", "秘密法人有限公司", "98765.4321"
SECOND = "13087120190078"
STATISTICS = (CODE, NAME, OWNER, FIGURE, SECOND, "密件统计")

NO_NUMBER = "代码2019-130802-48-03-000123，共13912345678.5元，收据1391234567890，2019年6月"

LEDGER = f"""
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 建设内容及规模 | 包保领导 | 责任人 | 联系电话 | 备注
滨河路 | 5000 | 建路，电话{IN_WORKS[:3]}-{IN_WORKS[3:7]}-{IN_WORKS[7:]} | {LEADER} | {IN_CHARGE} | '{BY_TEXT} | 找{IN_REMARKS}
三纬路 | 800 | 建路，身份证{CARD} | {LEADER} | {IN_CHARGE} | {BY_NUMBER} |
四纬路（找{IN_NAME}） | 900 | {"；".join(FORMS)} | {LEADER} | {IN_CHARGE} | |
"""
REFUSED = f"""
2019年重点项目台账（单位：万元）
项目名称 | 总投资 | 责任人 | 联系电话
五纬路 | 5000 | #REF! | #REF!
六纬路 | 约5000 | {IN_CHARGE} | '{BY_TEXT}
 | | {IN_CHARGE} | '{BY_TEXT}
"""
REPORT = f"""
2019年6月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 形象进度 | 存在问题
滨河路 | 15 | 10 | 完成路基，联系{IN_PROGRESS}、{LINE} | 缺地，找{TO_CORRECT}
三纬路 | 1 | 20 | {NO_NUMBER} | 无
"""
RESERVE = f"""
2019年谋划储备项目表（单位：万元）
项目名称 | 总投资 | 前期进展
五经路（找{IN_RESERVE}） | 6000 | 已立项
"""
CORRECTIONS = f"""\
form_id,unit_code,period,project,field,expect_value,new_value,reason,decided_by,status
progress_report,jia,2019-06,滨河路,problems,缺地，找{TO_CORRECT},缺电，找{CORRECTED},{IN_REASON}来电,发改局,open
progress_report,jia,2019-06,滨河路,investment_ytd_wanyuan,10,11,{OF_FIGURE}来电,发改局,open
"""
WAIVERS = f"""\
rule_id,unit_code,form_id,period,project,requested_by,approved_by,reason,expires
PRG-202,jia,progress_report,2019-06,,甲镇,发改局,{IN_WAIVER}已核实,2019-12-31
"""
NOTED = f"project_ledger,2019-130871-48-03-000123,statistics_fai,13087120190099,核对组,2019-07-01,问{IN_NOTE}\n"
NODES = f"""
2019年重点项目节点计划表
项目名称 | 关键节点 | 计划完成时间 | 责任人
滨河路 | 路基完成 | d:2019-05-15 | {NODE_OWNER}
"""
ISSUES = f"""
2019年6月重点项目问题台账
编号 | 项目名称 | 存在问题 | 提出时间 | 责任单位 | 责任人 | 办理状态
1 | 滨河路 | 缺电，找{IN_PROBLEM} | d:2019-06-01 | 甲镇 | {ON_ISSUE} | 新增
"""
MEETING = f"""
2019年6月重点项目调度会议定事项
会议时间 | 会议类型 | 议定事项 | 项目名称 | 责任单位
d:2019-06-20 | 月调度会 | 协调供电，{IN_ITEM}负责 | 滨河路 | 甲镇
"""
RECORDS = f"""
2019年6月固定资产投资项目统计明细（单位：万元）
统计库项目编码 | 项目名称 | 项目单位 | 自年初累计完成投资 | 计划总投资
'{CODE} | {NAME} | {OWNER} | {FIGURE} | 200000
'{SECOND} | 滨河路 | {OWNER} | 12 | 5000
"""
SHEETS = {"fagai/台账.xlsx": f"台账，问{IN_SHEET}"}
WRONG_RECORDS = RECORDS.replace("6月", "5月").replace(f"| {FIGURE} |", "| 约{FIGURE} |")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = a_home(tmp_path_factory.mktemp("secrets") / "home")
    for name, text in {
        "corrections": CORRECTIONS,
        "waivers": WAIVERS,
        "links": LINKS + NOTED,
    }.items():
        (home.config / f"{name}.csv").write_text(text, "utf-8")
    returns = {
        "fagai/台账.xlsx": LEDGER, "yi/台账.xlsx": REFUSED, f"jia/{IN_FILE}进展.xlsx": REPORT,
        "fagai/节点.xlsx": NODES, "fagai/问题.xlsx": ISSUES, "fagai/会议.xlsx": MEETING, "fagai/储备.xlsx": RESERVE,
        "tongji/密件统计6.xlsx": RECORDS, "tongji/密件统计5.xlsx": WRONG_RECORDS,
    }  # fmt: skip
    for path, text in returns.items():
        drop(home, path, a_file(text, name=SHEETS.get(path, "Sheet1")), NOW - timedelta(days=1))
    result = run_load(home.root, NOW.isoformat(), lambda _s, _d, _a: None, lambda _t: None)
    assert result.failure is None, result.failure
    accepted = {
        name
        for (name,) in asked(
            home, "select form_id from marts.fct_submissions where status like 'acc%'"
        )
    }
    assert accepted == {
        "project_ledger", "progress_report", "node_plan", "issue_ledger", "dispatch_record", "statistics_fai",
        "reserve_projects",
    }, asked(home, "select file_name, status, refused_because from marts.fct_submissions")  # fmt: skip
    return home


def asked(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.reporting_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every value of every table of a database, and every comment and definition in it, as text."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        for schema, table in tables:
            for row in connection.execute(
                f'select t::varchar from "{schema}"."{table}" as t'
            ).fetchall():
                yield f"{path.name} {table}", row[0]
        for kind in ("tables", "columns", "views", "functions"):
            for row in connection.execute(
                f"select t::varchar from duckdb_{kind}() as t"
            ).fetchall():
                yield f"{path.name} duckdb_{kind}", row[0]


def open_texts(home: Home) -> Iterator[tuple[str, str]]:
    """All that everybody may read: tables, Parquet, every byte of every other file."""
    release = (home.published / "current").resolve()
    yield from tables_texts(release)
    files = [p for p in release.rglob("*") if p.is_file() and p.stat().st_mode & 0o044]
    files += [p for p in home.reports.rglob("*") if p.is_file()] if home.reports.is_dir() else []
    for path in files:
        yield path.name, path.read_bytes().decode("utf-8", "replace")


def tables_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every value of the open tables in a folder: of the database, and of the Parquet files."""
    yield from texts_of(folder / "reporting.duckdb")
    for path in folder.rglob("*.parquet"):
        for row in duckdb.sql(f"select t::varchar from read_parquet('{path}') as t").fetchall():
            yield f"parquet {path.parent.name}", row[0]


def found_in(texts: Iterator[tuple[str, str]], words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Where each word stands, whatever parts it or however wide it is written."""
    plain = {word: re.sub(r"[-—. ()]", "", unicodedata.normalize("NFKC", word)) for word in words}
    shapes = {
        word: re.compile("[-—. ()]?".join(map(re.escape, text))) for word, text in plain.items()
    }
    return {
        (where, word)
        for where, text in ((where, unicodedata.normalize("NFKC", text)) for where, text in texts)
        for word, shape in shapes.items()
        if shape.search(text)
    }


def test_nothing_personal_and_nothing_restricted_is_in_what_everybody_may_read(
    loaded: Home,
) -> None:
    assert found_in(open_texts(loaded), PHONES + PERSONS + STATISTICS) == set()


def test_neither_is_in_the_open_file_of_a_release_that_is_rebuilt(
    loaded: Home, tmp_path: Path
) -> None:
    rebuilt = tmp_path / "rebuilt"
    done = taizhang("load", "--home", loaded.root, "--as-known", NOW.isoformat(), "--into", rebuilt)
    assert done.returncode == 0, done.stdout + done.stderr
    assert any(rebuilt.rglob("*.parquet"))
    assert found_in(tables_texts(rebuilt), PHONES + PERSONS + STATISTICS) == set()


def test_it_is_all_there_where_it_belongs(loaded: Home) -> None:
    ledger = {word for _, word in found_in(texts_of(loaded.work_database), PHONES + PERSONS)}
    assert ledger == {*PHONES, *PERSONS}
    restricted = {word for _, word in found_in(texts_of(loaded.statistics_database), STATISTICS)}
    assert restricted == set(STATISTICS)


def test_no_other_unit_is_told(loaded: Home) -> None:
    told = {
        (folder.name, path.name, word)
        for folder in loaded.feedback.iterdir()
        for path in folder.rglob("*.txt")
        for word in PHONES + PERSONS + STATISTICS
        if word in path.read_text("utf-8")
    }
    assert {unit for unit, _, word in told if word in STATISTICS} <= {"tongji"}
    assert {unit for unit, _, word in told if word in PERSONS + PHONES} <= {"fagai", "jia", "yi"}


def test_what_was_hidden_is_marked(loaded: Home) -> None:
    progress = asked(
        loaded, "select physical_progress from marts.fct_investment order by investment_ytd_wanyuan"
    )
    assert progress == [("完成路基，联系1**********、0**-*******",), (NO_NUMBER,)]
    corrected = """
        select raw_text, steps, correction_reason from marts.fct_lineage
        where correction_reason is not null and table_name in ('fct_corrections', 'fct_investment')
    """
    assert set(asked(loaded, corrected)) == {
        (
            "缺地，找1**********",
            "更正：缺地，找1**********→缺电，找1**********（1**********来电；发改局）",
            "1**********来电",
        ),
        ("10", "更正：10→11（1**********来电；发改局）", "1**********来电"),
    }
    reserve = """
        select raw_text from marts.fct_lineage
        where table_name = 'fct_project_lifecycle' and column_name = 'step'
    """
    assert asked(loaded, reserve) == [("五经路（找1**********）",)]
    waived = "select waiver_reason from marts.fct_findings where waived_by is not null"
    assert asked(loaded, waived) == [("1**********已核实",)]
    sheet = "select distinct sheet from marts.fct_lineage where table_name = 'dim_project'"
    assert asked(loaded, sheet) == [("台账，问1**********",)]
    closed = "select count(*) from marts.fct_findings where message like '涉及个人信息%'"
    withheld = "select count(*) from marts.mart_fai_reconciliation where is_withheld"
    assert asked(loaded, closed) > [(0,)] and asked(loaded, withheld) > [(0,)]
