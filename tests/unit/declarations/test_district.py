"""The district's own tables: as people edit them in Excel, with every fault named at once."""

import pytest
from homes import LINKS, PLAN, UNITS

from pipelines.declarations.district import load_district
from pipelines.declarations.tables import read_flag
from pipelines.problems import DeclarationError


def write(folder, units=UNITS, plan=PLAN, links=LINKS):
    for name, text in (("units", units), ("reporting_plan", plan), ("links", links)):
        if text is not None:
            (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def faults_of(folder):
    with pytest.raises(DeclarationError) as fault:
        load_district(folder)
    return "\n".join(fault.value.faults)


def test_units_are_found_by_name_and_by_alias_however_spaced(tmp_path):
    district = load_district(write(tmp_path))
    assert district.units_by_name["甲镇"] == "jia"
    assert district.units_by_name["甲镇人民政府"] == "jia"
    assert district.unit_names["fagai"] == "发展和改革局"


def test_a_table_without_links_is_no_fault(tmp_path):
    assert load_district(write(tmp_path, links=None)).links == ()


def test_linked_codes_are_normalised_like_the_codes_of_the_forms(tmp_path):
    links = LINKS + "project_ledger,20191308024803000123,statistics_fai, 130871t0001,甲,2019,\n"
    (link,) = load_district(write(tmp_path, links=links)).links
    assert link.left_id == "2019-130802-48-03-000123"
    assert link.right_id == "130871T0001"


def test_a_byte_order_mark_blank_lines_and_stray_spaces_do_no_harm(tmp_path):
    units = "\ufeff" + UNITS.replace("yi,乙镇", " yi , 乙镇 ") + "\n,,,,,,,,\n"
    assert load_district(write(tmp_path, units=units)).unit_names["yi"] == "乙镇"


def test_all_faults_of_all_tables_are_told_at_once(tmp_path):
    units = UNITS + "jia,丙镇,village,甲镇,perhaps,,,2019/1/1,\n,丁镇,street,,true,,,,\n"
    plan = PLAN + "progress_report,bing,daily,5wd,,,\n"
    links = LINKS + "ledger,,statistics_fai,1,,,\n"
    told = faults_of(write(tmp_path, units, plan, links))
    for expected in (
        "jia stands twice",
        "village",
        "assessed",
        "valid_from",
        "without unit_code",
        "not in units.csv",
        "daily",
        "due_rule",
        "unknown source “ledger”",
        "left_id",
    ):
        assert expected in told


def test_one_name_of_two_units_is_a_fault(tmp_path):
    assert "belongs to jia and bing" in faults_of(
        write(tmp_path, units=UNITS + "bing,丙镇,township,甲 镇,true,,,,\n")
    )


@pytest.mark.parametrize("day", ["2019-02-30", "2019-13-01"])
def test_a_day_that_is_in_no_calendar_is_a_fault(tmp_path, day):
    units = UNITS + f"bing,丙镇,township,,true,,,{day},\n"
    assert "valid_from" in faults_of(write(tmp_path, units=units))


def test_a_missing_column_or_file_is_named(tmp_path):
    assert "unit_type" in faults_of(write(tmp_path, units=UNITS.replace("unit_type", "type")))
    (tmp_path / "units.csv").unlink()
    assert "units.csv: the file does not exist" in faults_of(tmp_path)


def test_a_table_saved_in_gbk_says_how_to_save_it(tmp_path):
    write(tmp_path)
    (tmp_path / "units.csv").write_bytes(UNITS.encode("gb18030"))
    assert "UTF-8" in faults_of(tmp_path)


@pytest.mark.parametrize(
    ("written", "meaning"),
    [("true", True), ("TRUE", True), ("是", True), ("false", False), ("否", False), ("", False)],
)
def test_yes_and_no_are_read_as_people_write_them(written, meaning):
    assert read_flag(written) is meaning


def test_neither_yes_nor_no_is_not_guessed():
    assert read_flag("maybe") is None
