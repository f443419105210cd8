"""Waivers and corrections as people write them: every fault named with its row, all at once."""

from datetime import date

import pytest
from homes import LINKS, PLAN, UNITS
from small_district import declared_forms, declared_rules

from pipelines.declarations.decision_checks import check_decisions
from pipelines.declarations.district import load_district
from pipelines.problems import DeclarationError

WAIVERS = (
    "rule_id,unit_code,form_id,period,project,requested_by,approved_by,reason,expires\n"
    "PRG-303,jia,progress_report,2019-06,滨河路,甲镇,发改局,已核实,2019-12-31\n"
    "light:entry,yi,,,,,发改局,等待统计局核定,2019/6/5\n"
)
CORRECTIONS = (
    "form_id,unit_code,period,project,field,expect_value,new_value,reason,decided_by,status\n"
    "progress_report,jia,2019-06,滨河路,investment_ytd_wanyuan,320,350,少报一笔,发改局,open\n"
    "project_ledger,fagai,2019,2019-130802-48-03-000123,planned_start,,2019-04,补填,发改局,acknowledged\n"
)


def district_of(folder, waivers=WAIVERS, corrections=CORRECTIONS):
    tables = {
        "units": UNITS,
        "reporting_plan": PLAN,
        "links": LINKS,
        "waivers": waivers,
        "corrections": corrections,
    }
    for name, text in tables.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, "utf-8")
    return load_district(folder)


def check(district):
    check_decisions(district, declared_forms(), declared_rules())


def row_faults(folder, **tables):
    with pytest.raises(DeclarationError) as fault:
        district_of(folder, **tables)
    return fault.value.faults


def check_faults(folder, waivers="", corrections=""):
    """The faults of rows added to the right ones; each is the first of its file's rows."""
    head = {"waivers": WAIVERS.splitlines()[0], "corrections": CORRECTIONS.splitlines()[0]}
    district = district_of(
        folder, f"{head['waivers']}\n{waivers}", f"{head['corrections']}\n{corrections}"
    )
    with pytest.raises(DeclarationError) as fault:
        check(district)
    return fault.value.faults


def test_both_tables_may_be_missing(tmp_path):
    district = district_of(tmp_path, waivers=None, corrections=None)
    assert (district.waivers, district.corrections) == ((), ())
    check(district)


def test_decisions_are_read_as_written(tmp_path):
    district = district_of(tmp_path)
    check(district)
    one, light = district.waivers
    assert (one.rule_id, one.unit_code, one.project, one.expires) == (
        "PRG-303", "jia", "滨河路", date(2019, 12, 31),
    )  # fmt: skip
    assert (light.form_id, light.period, light.project, light.expires) == (
        None, None, None, date(2019, 6, 5),
    )  # fmt: skip
    open_one, blank_one = district.corrections
    assert open_one.is_active and open_one.expect_value == "320"
    assert blank_one.expect_value == "" and blank_one.status == "acknowledged"


def test_every_fault_of_a_row_is_named_with_file_and_line(tmp_path):
    waivers = WAIVERS + "\n,bing,,Jun-19,,,,,31 December\n"
    corrections = CORRECTIONS + "progress_report,jia,2019-13,,,1,2,,,done\n"
    told = row_faults(tmp_path, waivers=waivers, corrections=corrections)
    where = [fault.split(": ", 2) for fault in told]
    assert {(path.rpartition("/")[2], row) for path, row, _ in where} == {
        ("waivers.csv", "row 5"),
        ("corrections.csv", "row 4"),
    }
    words = "\n".join(fault for _, _, fault in where)
    for expected in (
        "rule_id is blank", "approved_by is blank", "reason is blank", "no unit “bing”",
        "not “Jun-19”", "expires is a date like 2019-12-31, not “31 December”",
        "project is blank", "field is blank", "decided_by is blank", "not “2019-13”",
        "status is open, acknowledged or fixed_by_submitter, not “done”",
    ):  # fmt: skip
        assert expected in words


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("PRG-999,,,,,,甲,乙,2019-12-31", "there is no rule “PRG-999”"),
        ("light:moon,,,,,,甲,乙,2019-12-31", "there is no “light:moon”"),
        ("GEN-001,,,,,,甲,乙,2019-12-31", "GEN-001 cannot be waived: what cannot be read"),
        ("GEN-010,,,,,,甲,乙,2019-12-31", "GEN-010 cannot be waived: statistics are read-only"),
        ("PRG-303,,weekly,,,,甲,乙,2019-12-31", "there is no form “weekly”"),
        ("PRG-303,,project_ledger,2019,,,甲,乙,2019-12-31", "a rule of progress_report, not of"),
        (
            "GEN-108,,project_ledger,2019-06,,,甲,乙,2019-12-31",
            "a period of project_ledger is like",
        ),
    ],
)
def test_a_waiver_needs_a_rule_that_can_be_waived(tmp_path, row, expected):
    (told,) = check_faults(tmp_path, waivers=row)
    assert "waivers.csv: row 2: " in told
    assert expected in told


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("weekly,jia,2019-06,甲路,x,1,2,误,乙,open", "there is no form “weekly”"),
        ("progress_report,jia,2019,甲路,actual_start,,2019-03,误,乙,open", "like 2019-06"),
        ("progress_report,jia,2019-06,甲路,ytd,1,2,误,乙,open", "has no field “ytd”"),
        ("statistics_fai,tongji,2019-06,甲路,ytd_wanyuan,1,2,误,乙,open", "is restricted"),
        ("target_breakdown,jia,2019,甲镇,fai,1,2,误,乙,open", "takes no corrections"),
        ("launch_event,jia,2019,甲路,held_on,,2019-03,误,乙,open", "takes no corrections"),
        ("progress_report,jia,2019-06,甲路,project_name,甲路,乙路,误,乙,open", "identifies"),
        ("progress_report,jia,2019-06,甲路,project_code,1,2,误,乙,open", "identifies"),
        ("project_ledger,jia,2019,甲路,responsible_unit,甲镇,乙镇,误,乙,open", "identifies"),
        ("project_ledger,jia,2019,甲路,package,,乙路,误,乙,open", "identifies"),
        ("project_ledger,jia,2019,甲路,phone,,0314,误,乙,open", "published nowhere"),
        ("progress_report,jia,2019-06,甲路,investment_ytd_wanyuan,1,,误,乙,open", "is required"),
    ],
)
def test_a_correction_needs_a_figure_that_can_be_corrected(tmp_path, row, expected):
    (told,) = check_faults(tmp_path, corrections=row)
    assert "corrections.csv: row 2: " in told
    assert expected in told


def test_one_cell_has_one_correction_to_be_applied(tmp_path):
    one = "progress_report,jia,2019-06,滨河路,investment_ytd_wanyuan,320,{},误,乙,{}\n"
    once_more = one.format(350, "open") + one.format(360, "acknowledged")
    (told,) = check_faults(tmp_path, corrections=once_more)
    assert "row 3: the same cell is already corrected by" in told
    head = CORRECTIONS.splitlines()[0]
    settled = one.format(350, "fixed_by_submitter") + one.format(360, "open")
    check(district_of(tmp_path, corrections=f"{head}\n{settled}"))
