"""Controls and questions of cross-tables: sums of groups, mixed units, parts and wholes."""

import pytest
from small_district import Arrival, batch_of, judge

TARGETS = """
2019年目标任务分解表
单位 | 固定资产投资（亿元） | 新开工项目（个） | 其中：亿元以上 | 群众满意度（%）
{top}
甲镇 | 1.5 | 5 | 2 | 85
乙镇 | 0.55 | 3 | 1 | 90
{middle}
统计局 | 2 | 1 | 0 | 88
{bottom}
"""


def found(*, unit="fagai", changes=None, **rows):
    lines = {"top": "", "middle": "", "bottom": ""} | rows
    arrival = Arrival(unit, TARGETS.format(**lines), changes or {})
    findings = judge(batch_of({"r": arrival})).findings
    return [(finding.rule_id, finding.place.cell) for finding in findings]


@pytest.mark.parametrize(
    "rows",
    [
        {"bottom": "合计 | 4.05 | 9 | 3 |"},
        {"bottom": "合计 | 4.1 | 9 | 3 | 87.7"},
        {"top": "全区 | 4.05 | 9 | 3 |"},
        {"top": "镇街小计 | 2.05 | 8 | 3", "middle": "部门小计 | 2 | 1 | 0"},
        {"middle": "小计 | 2.05 | 8 | 3", "bottom": "小计 | 2 | 1 | 0\n总计 | 4.05 | 9 | 3"},
        {"top": "一、镇街 | 2.05 | 8 | 3", "middle": "二、部门 | 2 | 1 | 0"},
    ],
)
def test_sums_that_hold_are_no_finding_and_percentages_do_not_add_up(rows):
    assert found(**rows) == []


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ({"bottom": "合计 | 4.2 | 9 | 3"}, "B8"),
        ({"bottom": "合计 | 4.05 | 10 | 3"}, "C8"),
        ({"top": "全区 | 4.05 | 9 | 4"}, "D3"),
        ({"middle": "小计 | 2.05 | 9 | 3", "bottom": "小计 | 2 | 1 | 0"}, "C6"),
    ],
)
def test_a_sum_that_does_not_hold_is_found_at_its_cell(rows, cell):
    assert found(**rows) == [("GEN-108", cell)]


@pytest.mark.parametrize(
    ("changes", "findings"),
    [
        ({"A4": "甲镇人民政府"}, []),
        ({"A5": "甲镇人民政府"}, [("GEN-211", "A5")]),
        ({"A4": "乙"}, [("GEN-210", "A4")]),
        ({"D4": "6"}, [("GEN-212", "D4")]),
        ({"C4": "-5", "D4": ""}, [("GEN-213", "C4")]),
        ({"B4": "5个"}, [("GEN-214", "B4")]),
        ({"E4": "0.85"}, [("GEN-215", "E4")]),
        ({"E4": "-3"}, []),
        ({"C2": "新开工项目（亿元）"}, [("GEN-113", "C2")]),
        ({"B2": "固定资产投资（个）"}, [("GEN-113", "B2")]),
        ({"F2": "工业增加值", "F4": "5"}, [("GEN-103", "F2")]),
        ({"F2": "固定资产投姿", "F4": "—"}, [("GEN-104", "F2")]),
        ({"B2": "2018年固定资产投资（亿元）"}, [("GEN-106", "B2")]),
        ({"F2": "储备项目（个）", "F4": "#REF!"}, [("GEN-202", "F4")]),
    ],
)
def test_what_is_wrong_is_found_at_its_cell(changes, findings):
    assert sorted(found(changes=changes)) == findings


def test_the_same_unit_on_two_sheets_is_twice_only_for_the_same_indicator():
    other = "2019年目标任务分解表\n单位 | {heading}\n甲镇 | 3"
    for heading, rule_ids in (("储备项目（个）", []), ("新开工项目（个）", ["GEN-211"])):
        arrival = Arrival("fagai", TARGETS.format(top="", middle="", bottom=""),
                          more=(other.format(heading=heading),))  # fmt: skip
        findings = judge(batch_of({"r": arrival})).findings
        assert [finding.rule_id for finding in findings] == rule_ids


def test_a_finding_speaks_of_units_not_projects():
    arrival = Arrival("fagai", TARGETS.format(top="", middle="", bottom=""), {"C4": "约5"})
    (finding,) = judge(batch_of({"r": arrival})).findings
    assert finding.rule_id == "GEN-204"
    assert "单位：甲镇" in finding.message and "项目：" not in finding.message
