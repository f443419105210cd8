"""The template of every declared form is read back as that form, and passes once it is filled in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from small_district import UNITS, Arrival, batch_of, declared_forms, judge

from pipelines.feedback.prefill import Prefill, PrefilledRow
from pipelines.feedback.templates import build_template, first_row, template_for
from pipelines.workbooks.own_sheets import GUIDE_SHEET, MARK_SHEET, TemplateMark

FORMS = [pytest.param(form, id=form.form_id) for form in declared_forms()]
# Who sends what in the small district; every other form comes from a township.
SENDERS = {
    "start_completion_register": "fagai",
    "statistics_fai": "tongji",
    "target_breakdown": "fagai",
    "indicator_report": "fagai",
}
# What a row must have besides its required columns (REG-202: a verification has a date; REV-201: a review a score).
ALSO_NEEDED = {"start_completion_register": {"verified_start"}, "site_review": {"site_score"}}
NAMES = {"jia": "甲镇", "fagai": "发展和改革局", "tongji": "统计局"}


def sender(form):
    return SENDERS.get(form.form_id, "jia")


def period(form):
    return "2019" if form.header.period == "year" else "2019-12"


def template(form, prefill=Prefill(), unit_name=None, told=None):  # noqa: B008
    unit = sender(form)
    return build_template(form, unit, unit_name or NAMES[unit], told or period(form), prefill)


def typed(field, text):
    """The example of a field as a clerk's typing is stored by Excel."""
    match field.kind:
        case "money":
            return float(text)
        case "date" if len(text) == len("2019-03-15"):
            return datetime.fromisoformat(text)
        case "unit":
            return "甲镇"
        case "count" | "percent" | "score":
            return float(text)
        case _:
            return text


def filled(data, form, rows):
    """The template saved with these rows, each a text by field; what stands there is written over."""
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    column_of = {name: column for column, name in enumerate(form.by_name, 1)}
    for number, row in enumerate(rows):
        for name, text in row.items():
            field = form.by_name[name]
            cell = sheet.cell(first_row(form) + 1 + number, column_of[name])
            cell.value = typed(field, text)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def examples(form):
    """One row of all examples, and one of the required columns alone."""
    whole = {field.name: field.example for field in form.fields if field.example}
    if form.is_cross_table:
        # A part is no larger than its whole; the units are those of the small district.
        whole |= {form.name_field.name: "甲镇"} | {f.name: "5" for f in form.of_kind("count")}
        bare = {form.name_field.name: "乙镇"}
        return [whole, {"sequence_no": "2"} | bare]
    needed = {field.name for field in form.fields if field.is_required}
    needed |= ALSO_NEEDED.get(form.form_id, set())
    bare = {field.name: field.example for field in form.fields if field.name in needed}
    for name in (form.own_code, form.name_field.name):
        if name is not None:
            bare[name] += "2"
    return [whole, {"sequence_no": "2"} | bare]


def prefilled(form):
    """Two projects as the last return told them, one with all columns that are taken over."""
    whole = {
        f.name: Decimal(f.example)
        if f.kind == "money"
        else date(2019, 3, 15)
        if f.kind == "date"
        else typed(f, f.example)
        for f in form.fields
        if f.prefill and f.example
    }
    outdated = frozenset(f.name for f in form.fields if f.prefill.startswith("update"))
    if form.is_cross_table:
        names = [{form.name_field.name: name} for name in ("甲镇", "乙镇")]
        return Prefill([PrefilledRow(values) for values in names])
    other = {form.name_field.name: "另一个项目"}
    if form.own_code is not None:
        other[form.own_code] = "130802T0002"
    return Prefill([PrefilledRow(whole, outdated), PrefilledRow(other)], "2019-11")


def variants(form):
    """The template of a form in every state in which it may come back."""
    unnamed = build_template(form, "jia", None, period(form), Prefill())
    made = {
        "filled": filled(template(form), form, examples(form)),
        "empty": template(form),
        "nothing": filled(template(form), form, [{form.name_field.name: "零报告"}]),
        "unnamed": filled(unnamed, form, examples(form)),
    }
    if form.header.prefill != "none":
        whole, bare = examples(form)
        own = (form.own_code, form.name_field.name)
        figures = {name: text for name, text in bare.items() if name not in own}
        made["prefilled"] = filled(template(form, prefilled(form)), form, [whole, figures])
    return made


@pytest.fixture(scope="module")
def judged():
    """What was read of and said to every variant of every form, judged in one pass."""
    arrivals = {
        f"{form.form_id}/{state}": Arrival(sender(form), data=data)
        for form in declared_forms()
        for state, data in variants(form).items()
    }
    said = {receipt_id: [] for receipt_id in arrivals}
    for finding in judge(batch_of(arrivals)).findings:
        said[finding.receipt_id].append(finding)
    return {name: (arrival.read(), said[name]) for name, arrival in arrivals.items()}


def read_back(data, form):
    return Arrival(sender(form), data=data).read()


def judge_one(data, form):
    return judge(batch_of({"r": Arrival(sender(form), data=data)})).findings


@pytest.mark.parametrize("form", FORMS)
def test_a_filled_template_is_read_as_its_form_without_any_finding(form, judged):
    read, findings = judged[f"{form.form_id}/filled"]
    assert [f.message for f in findings] == []
    assert (read.form, read.period, read.row_count) == (form, period(form), 2)
    assert read.template == TemplateMark(form.form_id, str(form.header.template_version))


@pytest.mark.parametrize("form", FORMS)
def test_every_value_written_into_a_template_is_read_back(form):
    whole, _ = examples(form)
    read = read_back(filled(template(form), form, [whole]), form)
    values = read.tables[0].rows[0].values
    assert {name for name in whole if values[name] is None} == set()
    for field in form.figures:
        assert values[field.name] == Decimal(whole[field.name])


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_template_has_no_rows_and_no_other_fault(form, judged):
    _, findings = judged[f"{form.form_id}/empty"]
    assert [f.rule_id for f in findings] == ["GEN-008"]


@pytest.mark.parametrize("form", FORMS)
def test_a_template_that_says_there_is_nothing_passes(form, judged):
    read, findings = judged[f"{form.form_id}/nothing"]
    assert (read.row_count, findings) == (0, [])


@pytest.mark.parametrize("form", FORMS)
def test_a_template_without_the_units_name_passes(form, judged):
    read, findings = judged[f"{form.form_id}/unnamed"]
    assert (read.row_count, findings) == (2, [])


@pytest.mark.parametrize("form", [p for p in FORMS if p.values[0].header.prefill != "none"])
def test_a_prefilled_template_passes_once_it_is_filled_in(form, judged):
    assert read_back(template(form, prefilled(form)), form).row_count == 2
    read, findings = judged[f"{form.form_id}/prefilled"]
    assert [f.message for f in findings] == []
    names = [row.values[form.name_field.name] for row in read.tables[0].rows]
    own = prefilled(form).rows
    assert names == [row.values[form.name_field.name] for row in own]


@pytest.mark.parametrize("form", FORMS)
def test_every_choice_of_a_drop_down_is_accepted(form):
    sheet = load_workbook(io.BytesIO(template(form))).worksheets[0]
    offered = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert len(offered) == len(form.of_kind("list"))
    for field, validation in zip(form.of_kind("list"), offered, strict=True):
        choices = validation.formula1.strip('"').split(",")
        assert choices == list(dict.fromkeys(field.choices.values()))
        assert all(field.choices[choice] == choice for choice in choices)


@pytest.mark.parametrize("form", FORMS)
def test_a_template_tells_on_every_heading_what_to_fill_in(form):
    sheet = load_workbook(io.BytesIO(template(form))).worksheets[0]
    own = {field.name for field in form.own_fields}
    for column, field in enumerate(form.fields, 1):
        heading = [sheet.cell(row, column) for row in range(3, first_row(form) + 1)]
        (cell,) = [each for each in heading if getattr(each, "comment", None) is not None]
        assert cell.value == field.label or field.name not in own
        said = cell.comment.text
        assert said.startswith(f"{field.label}（{'必填' if field.is_required else '选填'}）")
        assert field.meaning and field.meaning in said
        assert field.example in said
        assert ("万元" in said) == (field.kind == "money")


@pytest.mark.parametrize("form", FORMS)
def test_what_a_template_takes_over_is_declared_for_columns_it_can_serve(form):
    taken = {field.name for field in form.fields if field.prefill}
    assert bool(taken) == (form.header.prefill != "none")
    assert "sequence_no" not in taken
    if taken:
        assert form.name_field.name in taken


@pytest.mark.parametrize("form", FORMS)
def test_the_further_sheets_are_no_tables_of_the_return(form):
    read = read_back(template(form), form)
    names = [sheet.sheet.name for sheet in read.sheets]
    assert names[1:] == [GUIDE_SHEET, MARK_SHEET]
    for sheet in read.sheets[1:]:
        assert not sheet.tables
        assert set(sheet.kinds) <= {"note", "blank"}


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("2019-03", "2019年3月重点项目进展情况表"),
        ("2019-03-H1", "2019年3月上半月重点项目进展情况表"),
        ("2019-10-H2", "2019年10月下半月重点项目进展情况表"),
    ],
)
def test_the_title_tells_the_period(told, title):
    form = next(f for f in declared_forms() if f.form_id == "progress_report")
    data = template(form, told=told)
    assert load_workbook(io.BytesIO(data)).worksheets[0]["A1"].value == title
    assert read_back(data, form).period == told


@pytest.mark.parametrize("form", [p for p in FORMS if p.values[0].header.period == "any"])
@pytest.mark.parametrize(("told", "words"), [("2019", "2019年"), ("2019-W30", "2019年第30周")])
def test_a_list_of_any_period_is_made_for_a_year_or_a_week(form, told, words):
    data = filled(template(form, told=told), form, examples(form))
    assert load_workbook(io.BytesIO(data)).worksheets[0]["A1"].value == words + form.header.title
    read = read_back(data, form)
    assert (read.period, read.notices, read.row_count) == (told, [], 2)


def test_a_return_on_a_template_that_is_no_longer_accepted_is_refused():
    form = next(f for f in declared_forms() if f.form_id == "progress_report")
    header = form.header.model_copy(
        update={"template_version": 9, "accepted_template_versions": (9,)}
    )
    newer = replace(form, header=header)
    data = filled(template(newer), form, examples(form))
    findings = judge_one(data, form)
    assert [(f.rule_id, f.place.cell) for f in findings] == [("GEN-013", "A1")]


def test_a_form_filled_into_another_forms_template_is_refused():
    register = next(f for f in declared_forms() if f.form_id == "start_completion_register")
    progress = next(f for f in declared_forms() if f.form_id == "progress_report")
    book = load_workbook(io.BytesIO(filled(template(progress), progress, examples(progress))))
    book[MARK_SHEET]["B2"].value = register.form_id
    saved = io.BytesIO()
    book.save(saved)
    findings = judge_one(saved.getvalue(), progress)
    assert [f.rule_id for f in findings] == ["GEN-013"]
    assert "别的报表的模板" in findings[0].message


CROSS_TABLES = [p for p in FORMS if p.values[0].is_cross_table]


@pytest.mark.parametrize("form", CROSS_TABLES)
def test_a_cross_table_has_a_row_for_every_assessed_unit_and_comes_back_without_a_finding(form):
    data = template_for(form, ("fagai", "发改局"), period(form), declared_forms(), UNITS, None)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    first = first_row(form) + 1
    assert [sheet.cell(first + n, 2).value for n in range(5)] == [
        *(unit.unit_name for unit in UNITS), None,
    ]  # fmt: skip
    assert judge_one(data, form) == []


@pytest.mark.parametrize("form", CROSS_TABLES)
def test_a_cross_table_shows_every_indicator_with_its_unit_and_parts_under_their_whole(form):
    sheet = load_workbook(io.BytesIO(template(form))).worksheets[0]
    headings = {
        name: [sheet.cell(row, column).value for row in (3, 4)]
        for column, name in enumerate(form.by_name, 1)
    }
    assert headings["fai"] == ["固定资产投资（万元）", None]
    assert headings["starts"] == ["新开工项目", "总数（个）"]
    assert headings["starts_yi"] == [None, "其中：亿元以上新开工项目（个）"]
    assert headings["satisfaction"] == ["群众满意度（%）", None]
    table = read_back(template(form), form).tables[0]
    assert [c.field for c in table.block.columns] == list(form.by_name)


def test_a_report_asks_a_unit_only_for_what_it_provides():
    form = next(f for f in declared_forms() if f.form_id == "indicator_report")
    asked = {}
    for unit in ("tongji", "fagai"):
        data = template_for(form, (unit, None), "2019-12", declared_forms(), UNITS, None)
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        asked[unit] = {cell.value for cell in sheet[3]}
    assert "固定资产投资（万元）" in asked["tongji"]
    assert asked["tongji"] - asked["fagai"] == {"固定资产投资（万元）"}
