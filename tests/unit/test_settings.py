"""taizhang.toml: defaults of the contract, and every fault named with the file."""

import json
import os
import traceback

import pytest
from homes import TOML

from pipelines.problems import OperatorError
from pipelines.settings import Home, point_dbt_at, read_home_settings


def write(tmp_path, text):
    path = tmp_path / "taizhang.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_is_not_said_is_as_the_contract_settles_it(tmp_path):
    settings = read_home_settings(write(tmp_path, TOML))
    assert settings.district.timezone == "Asia/Shanghai"
    assert settings.policy.time_progress == "linear_month"
    assert settings.policy.lights == "monthly"
    assert settings.policy.reconciliation_tolerance_wanyuan == 1
    assert settings.policy.proposal_similarity == 0.85
    assert settings.policy.minimum_published_count == 3
    assert settings.policy.entry_explanation_wanyuan == 5000


def test_a_file_saved_by_notepad_with_a_byte_order_mark_is_read(tmp_path):
    path = write(tmp_path, "\ufeff" + TOML)
    assert read_home_settings(path).district.name == "试验区"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[district\n", "line 1"),
        ('[district]\nname = "区"\ncode = "130871"\n', "reporting_year"),
        (TOML.replace("130871", ""), "code"),
        (TOML + 'timezone = "Asia/Chengde"\n', "Asia/Chengde"),
        (TOML + '\n[policy]\ntime_progress = "quadratic"\n', "time_progress"),
        (TOML + "\n[policy]\ntime_progres = 1\n", "time_progres"),
        (TOML + "\n[limits]\nmax_rows = 'many'\n", "max_rows"),
        (TOML.replace("2019", "19"), "reporting_year"),
    ],
)
def test_a_fault_is_named_with_the_file_and_the_key(tmp_path, text, named):
    path = write(tmp_path, text)
    with pytest.raises(OperatorError) as fault:
        read_home_settings(path)
    assert str(path) in fault.value.cause
    assert named in fault.value.cause
    assert fault.value.remedy


def test_text_in_another_encoding_is_a_named_fault(tmp_path):
    path = tmp_path / "taizhang.toml"
    path.write_bytes(TOML.encode("gb18030"))
    with pytest.raises(OperatorError, match=r"taizhang\.toml"):
        read_home_settings(path)


def test_a_folder_that_is_no_home_says_how_to_make_one(tmp_path):
    with pytest.raises(OperatorError) as fault:
        Home(tmp_path).settings()
    assert "taizhang init" in fault.value.remedy


def test_dbt_is_told_which_database_is_meant(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIZHANG_WORK_DB", "elsewhere")
    point_dbt_at(Home(tmp_path))
    assert os.environ["TAIZHANG_WORK_DB"] == str(tmp_path / ".dbt" / "work.duckdb")


def test_a_channel_is_only_a_reference_and_its_address_is_never_repeated(tmp_path):
    path = write(
        tmp_path,
        TOML + '\n[channels]\ngood = "env:MAIL_JIA"\nbad = "mailtos://me:hunter2@qq.com"\n',
    )
    with pytest.raises(OperatorError) as fault:
        read_home_settings(path)
    said = "".join(traceback.format_exception(fault.value))
    assert "bad" in said and "env:VARIABLE" in said
    assert "hunter2" not in said
    assert "good" not in fault.value.cause


@pytest.mark.parametrize("value", ["env:", "env:A-B", "ENV:A", "$MAIL", "", "env:A\n"])
def test_what_is_no_name_of_a_variable_is_no_reference(tmp_path, value):
    with pytest.raises(OperatorError, match="env:VARIABLE"):
        read_home_settings(write(tmp_path, TOML + f"\n[channels]\nmail = {json.dumps(value)}\n"))


def test_a_channels_address_comes_from_the_environment(tmp_path, monkeypatch):
    settings = read_home_settings(write(tmp_path, TOML + '\n[channels]\nmail = "env:MAIL_JIA"\n'))
    monkeypatch.delenv("MAIL_JIA", raising=False)
    assert settings.channel_address("mail") is None
    monkeypatch.setenv("MAIL_JIA", "mailtos://me:hunter2@qq.com")
    address = settings.channel_address("mail")
    assert address is not None
    assert address.get_secret_value() == "mailtos://me:hunter2@qq.com"
    assert "hunter2" not in f"{settings!r} {address!r} {address}"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("reminder_days = [0]", "reminder_days"),
        ("retry_minutes = []", "retry_minutes"),
        ("timeout_seconds = 0", "timeout_seconds"),
        ("remainder_days = [1]", "remainder_days"),
    ],
)
def test_alert_settings_that_make_no_sense_are_named(tmp_path, line, named):
    with pytest.raises(OperatorError, match=named):
        read_home_settings(write(tmp_path, TOML + f"\n[alerts]\n{line}\n"))


def test_a_table_has_its_own_limits_and_for_the_rest_those_of_all(tmp_path):
    path = tmp_path / "taizhang.toml"
    own = "[release.tables.fct_findings]\nmax_row_change_rate = inf\n"
    path.write_text(TOML + "\n[release]\nmax_row_change_rate = 0.2\nmax_unit_change = 1\n" + own)
    release = read_home_settings(path).release
    assert release.limits_of("fct_findings").max_row_change_rate == float("inf")
    assert release.limits_of("fct_findings").max_unit_change == 1
    assert release.limits_of("fct_investment").max_row_change_rate == 0.2
    assert release.limits_of("fct_investment").max_total_change_rate is None
