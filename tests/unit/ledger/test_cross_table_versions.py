"""A district's annexes come as several files of one form: each speaks for the indicators it shows."""

import pytest
from small_district import Arrival, a_desk, declared_forms, rule_ids

from pipelines.release.audit import audit_ledger

ONE = "固定资产投资（万元）"
TWO = "协税护税（万元）"


def targets(*headings, values=("10",), unit="fagai", name="甲镇"):
    grid = f"2019年目标任务分解表\n单位 | {' | '.join(headings)}"
    rows = "\n".join(f"{name} | {' | '.join([value] * len(headings))}" for value in values)
    return Arrival(unit, f"{grid}\n{rows}", file_name="任务.xlsx")


def results(month, value, unit="fagai", heading=TWO, name="甲镇"):
    grid = f"2019年1-{month}月指标完成情况表\n单位 | {heading}\n{name} | {value}"
    return Arrival(unit, grid, file_name="完成.xlsx")


@pytest.fixture
def desk():
    with a_desk(are_rows_judged=False) as desk:
        yield desk


def test_files_with_different_indicators_stay_in_force_side_by_side(desk):
    desk.load({"one": targets(ONE), "two": targets(TWO)})
    assert desk.in_force() == {"one", "two"}
    assert [desk.outcome(name).version_no for name in ("one", "two")] == [1, 2]


def test_a_newer_file_with_every_indicator_of_the_older_supersedes_it(desk):
    desk.load({"one": targets(ONE), "two": targets(TWO)})
    desk.load({"both": targets(ONE, TWO, "新开工项目（个）")})
    assert desk.in_force() == {"both"}
    assert desk.outcome("one").superseded_by == "both"


def test_a_newer_file_with_fewer_indicators_leaves_the_older_in_force(desk):
    desk.load({"both": targets(ONE, TWO)})
    desk.load({"one": targets(ONE, values=["20"])})
    assert desk.in_force() == {"both", "one"}


def test_another_submitters_different_target_is_asked_about_with_the_one_that_speaks(desk):
    desk.load({"both": targets(ONE, TWO)})
    desk.load({"one": targets(ONE, values=["20"], name="甲镇人民政府")})
    same = desk.load({"same": targets(ONE, values=["20"], unit="tongji")})
    other = desk.load({"other": targets(ONE, values=["10"], unit="tongji")})
    assert rule_ids(same, "same") == set()
    assert [(f.rule_id, f.severity, f.place.cell) for f in other] == [("TGT-301", "warning", "B3")]
    assert "发展和改革局报的是 20" in other[0].message


def test_the_year_to_date_is_compared_with_what_spoke_last_under_any_name_of_the_unit(desk):
    desk.load({"may": results(5, 100)})
    findings = desk.load({"june": results(6, 90, name="甲镇人民政府")})
    assert [(f.rule_id, f.place.field, f.place.cell) for f in findings] == [
        ("IND-302", "tax", "B3")
    ]
    assert desk.outcome("june").status == "refused"


def test_a_percentage_may_fall(desk):
    desk.load({"may": results(5, 80, heading="群众满意度（%）")})
    assert desk.load({"june": results(6, 70, heading="群众满意度（%）")}) == []


def test_another_units_indicator_is_refused(desk):
    findings = desk.load({"fai": results(5, 100, heading=ONE)})
    assert [(f.rule_id, f.value_expected) for f in findings] == [("IND-301", "统计局")]
    assert desk.load({"own": results(5, 100, unit="tongji", heading=ONE)}) == []


def test_the_same_bytes_are_a_duplicate_while_they_are_in_force(desk):
    desk.load({"one": targets(ONE), "two": targets(TWO)})
    desk.load({"again": targets(ONE)})
    assert desk.outcome("again").duplicate_of == "one"


def test_everything_read_is_in_the_audit(desk):
    desk.load({"one": targets(ONE, values=["10", "—"]), "two": targets(TWO)})
    proofs = {
        proof.title: proof.faults for proof in audit_ledger(desk.connection, declared_forms())
    }
    assert not any(
        faults for claim, faults in proofs.items() if claim.startswith(("rows", "versions"))
    )


def test_a_file_whose_figures_were_partly_replaced_brings_them_back_when_it_is_sent_again(desk):
    desk.load({"both": targets(ONE, TWO)})
    desk.load({"one": targets(ONE, values=["20"])})
    desk.load({"again": targets(ONE, TWO)})
    assert desk.outcome("again").status == "accepted"
    assert desk.in_force() == {"again"}


def test_a_column_left_blank_takes_nothing_back(desk):
    desk.load({"one": targets(ONE)})
    grid = f"2019年目标任务分解表\n单位 | {ONE} | {TWO}\n甲镇 |  | 30"
    desk.load({"two": Arrival("fagai", grid, file_name="任务.xlsx")})
    assert desk.in_force() == {"one", "two"}
