"""Supervision read from a release alone, and notices printed once for each event."""

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook

from pipelines.database import open_for_writing
from pipelines.reports.notices import write_notices
from pipelines.reports.supervision import (
    NodeComingDue,
    nodes_coming_due,
    open_notices,
)

MARTS = """
create schema marts;
create table marts.dim_unit as from (values ('jia', '甲镇')) as t(unit_code, unit_name);
create table marts.mart_node_progress as from (values
    ('k1', 'jia', '滨河路', '封顶', date '2022-07-10', 5, true),
    ('k2', 'jia', '滨河路', '验收', date '2022-09-10', 67, false))
    as t(row_key, unit_code, project_name, node_name, planned_date, days_until_due, is_reminder_due);
create table marts.mart_supervision_notice as from (values
    ('n1', 'jia', '滨河路', '节点计划', '装修', date '2022-06-20', 15, date '2022-06-21', 2,
     date '2022-07-05', date '2022-07-12', '应当完成。', 'open'),
    ('n2', 'gone', null, '2022年6月5日周例会议定事项', '印发通报', date '2022-06-10', 25, date '2022-06-11', 0,
     null, date '2022-06-18', '应当印发。', 'open'),
    ('n3', 'jia', '滨河路', '节点计划', '开工', date '2022-03-20', 1, date '2022-03-21', 0, null, null, '已完成。', 'closed'))
    as t(notice_id, unit_code, project_name, basis, what, due_on, days_overdue, issued_on, reminder_count,
         last_reminded_on, next_reminder_on, notice_text, status);
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    path = tmp_path_factory.mktemp("release") / "reporting.duckdb"
    with open_for_writing(path) as connection:
        connection.execute(MARTS)
    return path


def sheet_of(path):
    return {row[0]: row[1] for row in load_workbook(path).active.iter_rows(values_only=True)}


def test_only_nodes_whose_reminder_is_due_are_read(release):
    assert nodes_coming_due(release) == [
        NodeComingDue("k1", "jia", "滨河路", "封顶", date(2022, 7, 10), 5)
    ]


def test_only_open_notices_are_read_and_a_unit_nobody_knows_goes_by_its_code(release):
    found = open_notices(release)
    assert [(one.notice_id, one.unit_name, one.told_on) for one in found] == [
        ("n2", "gone", date(2022, 6, 11)),
        ("n1", "甲镇", date(2022, 7, 5)),
    ]


def test_a_notice_is_printed_once_for_each_event_and_never_changed(release, tmp_path):
    notices = open_notices(release)
    assert write_notices(notices, tmp_path) == 2
    first = tmp_path / "jia" / "2022-07-05-n1.xlsx"
    bytes_before = first.read_bytes()
    said_otherwise = [replace(one, text="改了说法。") for one in notices]
    assert write_notices(said_otherwise, tmp_path) == 0
    assert first.read_bytes() == bytes_before

    reminded = [replace(notices[1], reminder_count=3, last_reminded_on=date(2022, 7, 12))]
    assert write_notices(reminded, tmp_path) == 1
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        "gone/2022-06-11-n2.xlsx",
        "jia/2022-07-05-n1.xlsx",
        "jia/2022-07-12-n1.xlsx",
    ]


def test_the_sheet_says_whom_it_is_for_what_was_missed_and_leaves_room_for_the_answer(
    release, tmp_path
):
    write_notices(open_notices(release), tmp_path)
    assert sheet_of(tmp_path / "jia" / "2022-07-05-n1.xlsx") == {
        "督办通知单": None,
        "编号": "n1",
        "承办单位": "甲镇",
        "发出日期": "2022年6月21日",
        "本次": "2022年7月5日第2次催办",
        "项目": "滨河路",
        "事项": "装修",
        "依据": "节点计划",
        "应办结日期": "2022年6月20日",
        "已逾期": "15天",
        "通知": "应当完成。",
        "下次催办": "2022年7月12日（到时仍未办结的）",
        "办理情况": None,
        "承办人（签字）": None,
        "单位负责人（签字）": None,
        "反馈时间": None,
    }
    without_project = sheet_of(tmp_path / "gone" / "2022-06-11-n2.xlsx")
    assert without_project["项目"] == "（不涉及具体项目）"
    assert without_project["本次"] == "2022年6月11日首次发出"


def test_what_was_left_half_written_is_written_anew(release, tmp_path):
    (notice, *_) = open_notices(release)
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "2022-06-11-n2.part").write_bytes(b"half")
    assert write_notices([notice], tmp_path) == 1
    assert [path.name for path in (tmp_path / "gone").iterdir()] == ["2022-06-11-n2.xlsx"]
