"""`taizhang links`: what is proposed, what a decision writes, and every refusal in words."""

import csv
import json
from pathlib import Path

import duckdb
import pytest
from homes import LINKS, a_home
from typer.testing import CliRunner

from pipelines.cli import app

PROJECTS = """
('p1', 'C1', '滦河河道清理整治项目', 'fagai', 1000, 400, 'ledger_only_not_entered', null),
('p2', null, '城市公厕和便民市场', 'jia', 800, 300, 'ledger_only_not_entered', null),
('p3', 'C3', '粮油加工车间', 'jia', 700, 200, 'matched_equal', 'S3'),
('p4', 'C4', '同码异名', 'yi', 600, 100, 'ledger_only_not_entered', null)
"""
RECORDS = """
('S1', '滦河河道清理及整治工程', null, 'jia', 1000, 390),
('S2', '城市公厕及便民市场工程', null, 'jia', 800, 300),
('S3', '粮油加工车间', 'C3', 'jia', 700, 200),
('S4', '别的名称', 'C4', 'yi', 90, 1)
"""


def run(*arguments, env=None):
    result = CliRunner().invoke(app, ["links", *map(str, arguments)], env=env)
    assert "Traceback" not in result.output + result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def home(tmp_path):
    """A home with a release of one month: two alike pairs, one matched, one of equal codes."""
    made = a_home(tmp_path / "home")
    with duckdb.connect(str(made.reporting_database)) as connection:
        connection.execute(
            "create schema marts; create table marts.dim_project as select project_key, project_code, project_name,"
            " null::varchar as township, null::varchar as owner_name, null::varchar as owner_uscc,"
            f" date '2019-03-01' as start_date from (values {PROJECTS}) as p (project_key, project_code,"
            " project_name, unit_code, total, ytd, match_class, statistics_code);"
            "create table marts.dim_unit as select * from (values ('jia', '甲镇', 'township', null),"
            " ('yi', '乙镇', 'township', null), ('fagai', '发展和改革局', 'department', null))"
            " as u (unit_code, unit_name, unit_type, aliases)"
        )
    with duckdb.connect(str(made.statistics_database)) as connection:
        connection.execute(
            "create schema marts; create table marts.fct_fai_reconciliation as select '2019-06' as period,"
            " project_key, project_name, unit_code, total::decimal(18, 4) as total_investment_wanyuan,"
            " ytd::decimal(18, 4) as ledger_ytd_wanyuan, match_class, statistics_code"
            f" from (values {PROJECTS}) as p (project_key, project_code, project_name, unit_code, total, ytd,"
            " match_class, statistics_code);"
            "create table marts.dim_statistics_record as select '2019-06' as period, statistics_code,"
            " statistics_name, project_code, unit_code, null::varchar as owner_name,"
            " null::varchar as owner_uscc, total::decimal(18, 4) as planned_total_wanyuan,"
            " ytd::decimal(18, 4) as ytd_wanyuan, date '2019-03-01' as start_month"
            f" from (values {RECORDS}) as r (statistics_code, statistics_name, project_code, unit_code, total, ytd)"
        )
    return made


def candidates(home, *arguments):
    listed = run("propose", "--home", home.root, "--json", *arguments)
    assert listed.exit_code == 0, listed.stderr
    return json.loads(listed.output)["candidates"]


def pairs(found):
    return [(one["project_code"], one["statistics_code"]) for one in found]


def links_of(home):
    return list(csv.DictReader((home.config / "links.csv").read_text("utf-8-sig").splitlines()))


def test_alike_pairs_are_proposed_with_reasons_and_conflicts(home):
    found = candidates(home)
    assert pairs(found) == [("C1", "S1"), (None, "S2")]
    assert "名称相似度" in found[0]["reasons"] and "总投资相同" in found[0]["reasons"]
    assert "没有代码" in found[1]["conflicts"][0]


def test_one_unit_is_meant_by_its_projects_and_by_its_records(home):
    assert pairs(candidates(home, "--unit", "fagai")) == [("C1", "S1")]
    assert pairs(candidates(home, "--unit", "乙镇")) == []
    refused = run("propose", "--home", home.root, "--unit", "丙镇")
    assert refused.exit_code == 1 and "The nearest is" in refused.stderr


def test_people_read_it_on_a_terminal_and_programs_as_a_private_file(home, tmp_path):
    shown = run("propose", "--home", home.root, "--limit", 1)
    assert "滦河河道清理整治项目" in shown.output and "公厕" not in shown.output
    assert "1 of 2 candidates" in shown.output
    path = tmp_path / "候选.csv"
    assert run("propose", "--home", home.root, "--csv", path).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["统计库项目编码"] for row in rows] == ["S1", "S2"]
    assert run("propose", "--home", home.root, "--csv", path).exit_code == 1


def test_a_confirmed_candidate_is_a_row_and_does_not_come_again(home):
    (one,) = [one for one in candidates(home) if one["project_code"] == "C1"]
    done = run(
        "confirm",
        one["candidate_id"],
        "--home",
        home.root,
        "--by",
        "核对组",
        "--now",
        "2019-07-05T09:00",
    )
    assert done.exit_code == 0, done.stderr
    (row,) = links_of(home)
    assert (row["left_id"], row["right_id"]) == ("C1", "S1")
    assert (row["decided_by"], row["decided_at"]) == ("核对组", "2019-07-05T09:00:00")
    assert "decision" not in row
    assert pairs(candidates(home)) == [(None, "S2")]


def test_a_rejected_pair_does_not_come_again_and_may_be_confirmed_later(home):
    codes = ("--left", "C1", "--right", "s1", "--home", home.root, "--by", "核对组")
    assert run("reject", *codes, "--note", "两个项目").exit_code == 0
    (row,) = links_of(home)
    assert (row["decision"], row["note"], row["right_id"]) == ("rejected", "两个项目", "S1")
    assert pairs(candidates(home)) == [(None, "S2")]
    again = run("reject", *codes)
    assert again.exit_code == 1 and "rejected already, by 核对组" in again.stderr
    assert run("confirm", *codes).exit_code == 0
    assert [row["decision"] for row in links_of(home)] == ["rejected", ""]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--left", "C9", "--right", "S1"), "“C9”"),
        (("--left", "C1", "--right", "S9"), "“S9”"),
        (("--left", "C1"), "--right"),
        ((), "not said what"),
        (("aaaaa-bbbbb",), "no candidate"),
        (("aaaaa-bbbbb", "--left", "C1"), "one or the other"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(home, arguments, told):
    refused = run("confirm", *arguments, "--home", home.root, "--by", "核对组")
    assert refused.exit_code == 1
    assert told in refused.stderr and "What to do" in refused.stderr
    assert links_of(home) == []


def test_a_project_without_code_is_refused_with_what_to_do(home):
    (one,) = [one for one in candidates(home) if one["project_code"] is None]
    refused = run("confirm", one["candidate_id"], "--home", home.root, "--by", "核对组")
    assert refused.exit_code == 1 and "send the ledger again with the code" in refused.stderr


def test_who_swaps_the_codes_is_told_so(home):
    one = candidates(home)[0]
    swapped = ("--left", one["statistics_code"], "--right", one["project_code"])
    refused = run("confirm", *swapped, "--home", home.root, "--by", "核对组")
    assert refused.exit_code == 1
    assert "You swapped them" in refused.stderr


def test_an_equal_code_outweighs_a_rejection(home):
    refused = run("reject", "--left", "C4", "--right", "S4", "--home", home.root, "--by", "核对组")
    assert refused.exit_code == 1 and "outweighs" in refused.stderr
    assert links_of(home) == []


def test_it_must_be_said_who_decided(home):
    codes = ("--left", "C1", "--right", "S1", "--home", home.root)
    assert run("confirm", *codes).exit_code == 2
    assert run("confirm", *codes, "--by", " ").exit_code == 1


def test_a_table_with_faults_is_not_written_to(home):
    path = home.config / "links.csv"
    path.write_text(LINKS + "ledger,C1,statistics_fai,S1,,,\n", "utf-8")
    refused = run("confirm", "--left", "C1", "--right", "S1", "--home", home.root, "--by", "核对组")
    assert refused.exit_code == 1 and "unknown source" in refused.stderr
    assert path.read_text("utf-8").count("\n") == 2


def test_the_tool_is_for_the_user_who_runs_the_loads(home, monkeypatch):
    is_file = Path.is_file

    def closed(path):
        if path.name == "taizhang.toml":
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", closed)
    refused = run("propose", "--home", home.root)
    assert refused.exit_code == 1 and "may not be read by you" in refused.stderr


def test_before_the_first_load_there_is_nothing_to_propose(tmp_path):
    refused = run("propose", "--home", a_home(tmp_path / "new").root)
    assert refused.exit_code == 1 and "nothing has been published yet" in refused.stderr


def test_a_month_without_statistics_is_refused_with_those_that_have_them(home):
    refused = run("propose", "--home", home.root, "--period", "2019-05")
    assert refused.exit_code == 1 and "2019-06" in refused.stderr
