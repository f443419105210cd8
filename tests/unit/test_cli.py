"""The commands: exit codes of the contract, plain words, never a stack trace."""

import json
import re

import pytest
from grids import a_file
from homes import UNITS, a_home
from typer.testing import CliRunner

from pipelines.cli import app

REPORT = "2019年6月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n滨河路 | 10"
LEDGER = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000"


def run(*arguments, env=None):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env=env)
    assert "Traceback" not in result.output + result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path / "home")


@pytest.fixture
def file(tmp_path):
    def write(grid=LEDGER, changes=None, data=None):
        path = tmp_path / "报表.xlsx"
        path.write_bytes(a_file(grid, changes) if data is None else data)
        return path

    return write


def test_every_command_has_help():
    listed = run("--help")
    for command in ("init", "load", "check", "audit", "dev"):
        assert command in listed.output
        assert run(command, "--help").exit_code == 0


def test_init_makes_a_home_and_says_where_returns_go(tmp_path):
    made = run("init", tmp_path / "new", "--profile", "chengde-2019")
    assert made.exit_code == 0
    assert (tmp_path / "new" / "taizhang.toml").is_file()
    assert "inbox" in made.output and "taizhang load" in made.output


def test_init_over_a_home_is_refused_with_a_remedy(tmp_path):
    run("init", tmp_path / "new", "--profile", "chengde-2019")
    again = run("init", tmp_path / "new", "--profile", "chengde-2019")
    assert again.exit_code == 1 and "What to do" in again.stderr


def test_init_of_an_unknown_district_names_the_known_ones(tmp_path):
    refused = run("init", tmp_path / "new", "--profile", "atlantis")
    assert refused.exit_code == 1 and "chengde-2019" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_check_of_a_clean_return_ends_with_0(file, home):
    checked = run("check", file(), "--unit", "fagai", "--home", home.root)
    assert (checked.exit_code, "没有发现问题" in checked.output) == (0, True), checked.output


def test_check_without_a_home_looks_at_the_return_alone(file):
    assert run("check", file(), "--unit", "fagai").exit_code == 0


def test_check_of_a_return_with_warnings_only_ends_with_0(file, home):
    path = file(LEDGER, {"C2": "气候", "C3": "晴"})
    checked = run("check", path, "--unit", "fagai", "--home", home.root)
    assert checked.exit_code == 0 and "GEN-105" in checked.output


def test_check_of_a_return_with_errors_ends_with_1_and_prints_them_all(file, home):
    path = file(REPORT, {"B3": "约10", "C2": "税收", "C3": "3"})
    checked = run("check", path, "--unit", "jia", "--home", home.root)
    assert checked.exit_code == 1
    for rule in ("GEN-103", "GEN-204", "PRG-301"):
        assert rule in checked.output


def test_check_of_what_is_no_workbook_ends_with_2(file, home):
    checked = run("check", file(data=b"%PDF-1.7"), "--unit", "jia", "--home", home.root)
    assert checked.exit_code == 2 and "PDF" in checked.output


def test_check_of_a_file_that_is_not_there_cannot_be_read(tmp_path):
    assert run("check", tmp_path / "none.xlsx", "--unit", "jia").exit_code == 2


def test_check_prints_json_for_programs(file, home):
    path = file(REPORT, {"B3": "约10"})
    checked = run("check", path, "--unit", "jia", "--home", home.root, "--json")
    told = json.loads(checked.stdout)
    assert (told["form_id"], told["period"], told["rows"]) == ("progress_report", "2019-06", 1)
    wrong = next(f for f in told["findings"] if f["rule_id"] == "GEN-204")
    assert (wrong["cell"], wrong["field"], wrong["severity"]) == (
        "B3", "investment_ytd_wanyuan", "error",
    )  # fmt: skip


def test_into_a_pipe_goes_plain_text(file, home):
    checked = run("check", file(REPORT), "--unit", "jia", "--home", home.root)
    assert not re.search(r"\x1b\[", checked.output)


def test_an_unknown_form_is_told_plainly(file):
    checked = run("check", file(), "--unit", "jia", "--form", "budget")
    assert checked.exit_code == 1 and "progress_report" in checked.stderr


@pytest.mark.parametrize("command", ["load", "audit"])
def test_a_folder_that_is_no_home_is_told_plainly(tmp_path, command):
    told = run(command, "--home", tmp_path)
    assert told.exit_code == 1 and "taizhang init" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_audit_of_a_home_that_was_never_loaded_ends_with_1(home):
    told = run("audit", "--home", home.root)
    assert told.exit_code == 1 and "taizhang load" in told.stderr


def test_every_fault_of_the_districts_tables_is_told_at_once(file, home):
    (home.config / "units.csv").write_text(UNITS + "bing,丙镇,village,,perhaps,,,,\n", "utf-8")
    told = run("check", file(), "--unit", "jia", "--home", home.root)
    assert told.exit_code == 1
    assert "village" in told.stderr and "assessed" in told.stderr


def test_a_faulty_settings_file_is_named(home):
    home.settings_file.write_text("[district", "utf-8")
    told = run("audit", "--home", home.root)
    assert told.exit_code == 1 and "taizhang.toml" in told.stderr


def test_an_impossible_moment_is_told_plainly(home):
    told = run("load", "--home", home.root, "--now", "gestern")
    assert told.exit_code == 1
    assert "gestern" in told.output + told.stderr
    assert not home.work_database.exists()


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        (("--now", "2019-07-05"), "--now"),
        (("--json",), "--json"),
        (("--accept-change", "查过"), "--accept-change"),
        (("--full-refresh",), "--full-refresh"),
    ],
)
def test_what_would_be_ignored_beside_a_look_back_is_refused(home, typed, option):
    told = run("load", "--home", home.root, "--as-known", "2019-07-05", *typed)
    assert told.exit_code == 1
    assert f"{option} means nothing with --as-known" in told.stderr
    assert not home.work_database.exists()


def test_a_folder_for_the_files_without_a_look_back_is_refused(home, tmp_path):
    told = run("load", "--home", home.root, "--into", tmp_path / "then")
    assert told.exit_code == 1 and "--into means nothing without --as-known" in told.stderr
    assert not home.work_database.exists()


def test_a_clock_of_the_surroundings_does_not_hinder_a_look_back(home):
    told = run(
        "load", "--home", home.root, "--as-known", "2019-07-05",
        env={"TAIZHANG_NOW": "2019-07-06T09:00:00"},
    )  # fmt: skip
    assert "Nothing is recorded as published" in told.stderr


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_is_not_accepted_without_a_reason(home, reason):
    told = run("load", "--home", home.root, "--accept-change", reason)
    assert told.exit_code == 1 and "not said why" in told.stderr
    assert not home.work_database.exists()


@pytest.mark.parametrize(
    "command",
    [("load",), ("release", "list"), ("export", "--list", "--restricted"), ("links", "propose")],
)
def test_who_may_not_read_the_home_is_told_what_the_files_are_for(home, monkeypatch, command):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pipelines.settings.read_home_settings", refuse)
    told = run(*command, "--home", home.root)
    assert told.exit_code == 1
    assert "may not be read by you" in told.stderr and "any SQL tool" in told.stderr
