"""Declared forms: read whole, or refused with every fault at once."""

import pytest

from pipelines.declarations.forms import load_forms, storage_columns
from pipelines.problems import DeclarationError

HEADER = """\
form_id: books
title: 图书目录
title_words: [图书]
period: year
restricted: false
subject: book
planned_submitters_only: false
"""
COLUMNS = """\
field,kind,required,label,aliases,values,example
book_name,name,yes,书名,书名;题名,,滨河志
price_wanyuan,money,yes,定价,定价,,12
printed_on,date,,印刷时间,印刷时间,,2019-03
binding,list,,装订,装订,精装=精装|硬皮;平装,精装
"""


def declare(folder, header=HEADER, columns=COLUMNS, name="books"):
    (folder / name).mkdir()
    (folder / name / "form.yml").write_text(header, "utf-8")
    if columns is not None:
        (folder / name / "columns.csv").write_text(columns, "utf-8")
    return folder


def faults_of(folder):
    with pytest.raises(DeclarationError) as fault:
        load_forms(folder)
    return fault.value.faults


def test_a_form_is_read_with_its_columns_in_declared_order(tmp_path):
    (form,) = load_forms(declare(tmp_path))
    assert form.form_id == "books"
    assert [field.name for field in form.fields] == [
        "book_name",
        "price_wanyuan",
        "printed_on",
        "binding",
    ]
    assert form.name_field.name == "book_name"
    assert form.by_name["book_name"].aliases == ("书名", "题名")


def test_each_spelling_of_a_list_means_its_canonical_value(tmp_path):
    (form,) = load_forms(declare(tmp_path))
    assert form.by_name["binding"].choices == {"精装": "精装", "硬皮": "精装", "平装": "平装"}


def test_money_is_stored_exactly_and_a_date_with_how_exactly_it_was_told(tmp_path):
    (form,) = load_forms(declare(tmp_path))
    assert storage_columns(form) == [
        ("book_name", "varchar"),
        ("book_name_key", "varchar"),
        ("price_wanyuan", "decimal(18, 4)"),
        ("printed_on", "date"),
        ("printed_on_precision", "varchar"),
        ("binding", "varchar"),
    ]


def test_a_table_saved_by_excel_with_a_byte_order_mark_is_read(tmp_path):
    (form,) = load_forms(declare(tmp_path, columns="\ufeff" + COLUMNS))
    assert form.name_field.label == "书名"


def test_all_faults_of_all_forms_are_told_at_once(tmp_path):
    declare(tmp_path, columns=COLUMNS.replace("money", "cash").replace("yes,书名", "maybe,书名"))
    declare(tmp_path, header=HEADER.replace("period: year", "period: decade"), name="boxes")
    declare(tmp_path, header=HEADER, columns=None, name="shoes")
    told = "\n".join(faults_of(tmp_path))
    for expected in ("cash", "required", "decade", "shoes", "columns.csv"):
        assert expected in told


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (COLUMNS + "book_name,text,,又,又名,,\n", "book_name is declared twice"),
        (COLUMNS.replace("精装=精装|硬皮;平装", ""), "binding"),
        (COLUMNS.replace("印刷时间,印刷时间", "印刷时间,"), "printed_on"),
        (COLUMNS.replace("定价,定价", "定价,定价;题名"), "题名"),
        (COLUMNS.replace("book_name,name,yes", "book_name,text,yes"), "kind name"),
        (COLUMNS.replace("aliases", "alias"), "aliases"),
    ],
)
def test_a_fault_in_the_columns_is_named(tmp_path, columns, expected):
    assert any(expected in fault for fault in faults_of(declare(tmp_path, columns=columns)))


def test_a_folder_named_otherwise_than_its_form_is_a_fault(tmp_path):
    assert any("boxes" in fault for fault in faults_of(declare(tmp_path, name="boxes")))


def test_what_tells_rows_apart_may_be_a_dates_year(tmp_path):
    header = HEADER + "identity_with: [binding, printed_on.year]\n"
    (form,) = load_forms(declare(tmp_path, header))
    assert [(p.field.name, p.taken) for p in form.identity_parts] == [
        ("binding", None), ("printed_on", "year"),
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["colour", "printed_on.century", "binding.year"])
def test_what_tells_rows_apart_must_be_there(tmp_path, part):
    header = HEADER + f"identity_with: [{part}]\n"
    assert any("identity_with" in fault for fault in faults_of(declare(tmp_path, header)))


def test_text_that_is_not_utf8_is_a_named_fault(tmp_path):
    declare(tmp_path)
    (tmp_path / "books" / "columns.csv").write_bytes(COLUMNS.encode("gb18030"))
    assert any("UTF-8" in fault for fault in faults_of(tmp_path))


def test_what_a_template_takes_over_is_declared_for_the_form_and_its_columns(tmp_path):
    plain, _, rest = COLUMNS.partition("\n")
    columns = f"{plain},meaning,prefill\n" + rest.replace("滨河志", "滨河志,书的全名,keep")
    (form,) = load_forms(declare(tmp_path, HEADER + "prefill: last_return\n", columns))
    name, price, *_ = form.fields
    assert (name.meaning, name.prefill) == ("书的全名", "keep")
    assert (price.meaning, price.prefill) == ("", "")
    assert (form.header.template_version, form.header.accepted_template_versions) == (1, (1,))


@pytest.mark.parametrize(
    ("header", "prefill", "expected"),
    [
        ("prefill: last_return\n", "", "prefill is last_return"),
        ("", "keep", "prefill is none"),
        ("prefill: last_return\n", "sometimes", "unknown prefill “sometimes”"),
        ("prefill: anything\n", "keep", "prefill"),
        ("template_version: 2\n", "", "accepted_template_versions"),
    ],
)
def test_a_template_declared_against_itself_is_a_fault(tmp_path, header, prefill, expected):
    plain, _, rest = COLUMNS.partition("\n")
    columns = f"{plain},meaning,prefill\n" + rest.replace("滨河志", f"滨河志,,{prefill}")
    found = faults_of(declare(tmp_path, HEADER + header, columns))
    assert any(expected in fault for fault in found), found


DATED = """\
field,kind,required,label,aliases,values,example,spreads,stands_in_for,deadline,none_words
book_name,name,yes,书名,书名,,滨河志,,,,
volume,name,yes,册,册,,上册,,,,
reader,unit,,借阅单位,借阅单位,,甲镇,,book_name,,
due_on,date,,归还期限,归还期限,,2019-03-05,yes,,yes,长期;随时
"""


def test_what_stands_in_what_spreads_and_what_means_no_date_is_declared(tmp_path):
    (form,) = load_forms(declare(tmp_path, columns=DATED))
    assert form.stand_ins == {"reader": "book_name"}
    due = form.by_name["due_on"]
    assert (due.spreads, due.is_deadline, due.none_words) == (True, True, ("长期", "随时"))
    assert (form.name_field.name, form.project_field.name) == ("book_name", "book_name")


def test_faults_of_these_declarations_are_told_together(tmp_path):
    wrong = DATED.replace("book_name,,\n", "shelf,,\n").replace(",yes,,yes,", ",ja,,nein,")
    wrong = wrong.replace("上册,,,,", "上册,,,,随时")
    faults = faults_of(declare(tmp_path, columns=wrong))
    told = [fault.partition("columns.csv: ")[2] for fault in faults]
    assert told == [
        "volume: deadline and none_words belong to dates",
        "due_on: spreads is “yes” or blank",
        "due_on: deadline is “yes” or blank",
        "reader: stands in for shelf, which is no field",
    ]
