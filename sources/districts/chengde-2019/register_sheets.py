"""The other three forms: the ledger, the register of verified dates, the statistics library.

Each function turns the story into the sheets of one return; the story itself is in ``story``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal
from itertools import groupby

import spellings
from progress_sheets import ORDINALS, write_headings
from story import YEAR, Project, Return, Story
from story_tables import ZERO
from workbook_writer import Cell, Sheet

# One spelling per line of the ledger and per month of the register: many hands, many habits.
LEDGER_SPELLINGS = (
    "chinese",
    "dot",
    "iso",
    "slash",
    "chinese_full_width",
    "chinese_spaced",
    "chinese_padded",
    "chinese_cell",
)
REGISTER_SPELLINGS = (
    "cell",
    "iso",
    "dot",
    "chinese",
    "slash",
    "chinese_padded",
    "chinese_cell",
    "dot_full_width",
)

LedgerColumn = tuple[str, str, str]  # heading above, heading, field

FIRST_LEDGER: tuple[LedgerColumn, ...] = (
    ("", "序号", "no"),
    ("", "项目类别", "category"),
    ("", "项目代码", "project_code"),
    ("", "项目名称", "project_name"),
    ("", "建设性质", "nature"),
    ("", "级别", "tier"),
    ("", "建设内容及规模", "construction_content"),
    ("", "行业代码", "industry_code"),
    ("", "建设地点", "township"),
    ("", "总投资（亿元）", "total_investment_wanyuan"),
    ("", "至2018年底累计完成投资（万元）", "cumulative_prior_wanyuan"),
    ("", "2019年度计划投资（万元）", "plan_year_wanyuan"),
    ("", "建设年限", "build_years"),
    ("建设工期", "计划开工时间", "planned_start"),
    ("建设工期", "计划竣工时间", "planned_completion"),
    ("", "责任单位", "unit_code"),
    ("业主信息", "建设单位", "owner_name"),
    ("业主信息", "统一社会信用代码", "owner_uscc"),
    ("包保责任", "包保领导", "lead_official"),
    ("包保责任", "包保部门", "support_department"),
    ("包保责任", "责任人", "person_in_charge"),
    ("包保责任", "联系电话", "phone"),
    ("", "备注", "remarks"),
)
ADJUSTED_LEDGER: tuple[LedgerColumn, ...] = tuple(
    ("", heading, field)
    for heading, field in (
        ("序号", "no"),
        ("项目类别", "category"),
        ("工程名称", "project_name"),
        ("项目统一代码", "project_code"),
        ("项目级别", "tier"),
        ("项目性质", "nature"),
        ("主要建设内容", "construction_content"),
        ("行业代码", "industry_code"),
        ("所在乡镇", "township"),
        ("计划总投资", "total_investment_wanyuan"),
        ("截至上年底累计完成投资", "cumulative_prior_wanyuan"),
        ("本年计划投资", "plan_year_wanyuan"),
        ("建设起止年限", "build_years"),
        ("计划开工时间", "planned_start"),
        ("计划完工时间", "planned_completion"),
        ("牵头单位", "unit_code"),
        ("责任主体", "owner_name"),
        ("统一社会信用代码", "owner_uscc"),
        ("分包领导", "lead_official"),
        ("包抓局办", "support_department"),
        ("具体责任人", "person_in_charge"),
        ("联系电话", "phone"),
        ("备注", "remarks"),
    )
)


STATISTICS_COLUMNS = (  # heading above, heading
    ("", "序号"),
    ("", "统计库项目编码"),
    ("", "项目名称"),
    ("", "项目代码"),
    ("", "法人单位名称"),
    ("", "统一社会信用代码"),
    ("", "计划总投资"),
    ("", "自年初累计完成投资"),
    ("其中", "建筑工程"),
    ("其中", "安装工程"),
    ("其中", "设备工器具购置"),
    ("其中", "其他费用"),
    ("", "自开始建设累计完成投资"),
    ("", "开工时间"),
    ("", "入库时间"),
    ("", "行业代码"),
    ("", "建设地址"),
)


def first_ledger(story: Story) -> list[Sheet]:
    """The ledger of January: two-row headings, a row and a subtotal per group, totals in 亿元."""
    sheet = Sheet("2019年重点项目")
    sheet.append_across(f"承德高新区{YEAR}年重点项目台账", len(FIRST_LEDGER), "title")
    sheet.append([Cell("填报单位：发展和改革局", "line")])
    write_headings(
        sheet, [column[1] for column in FIRST_LEDGER], [column[0] for column in FIRST_LEDGER]
    )
    for group, members in _by_group(story.projects):
        row = story.groups[group]
        declared = f"{row['ordinal']}、{row['group_name']}（{len(members)}个）"
        sheet.append_across(declared, len(FIRST_LEDGER), "text")
        _write_projects(sheet, story, members, FIRST_LEDGER, 0)
        _write_sum(sheet, "小计", members, FIRST_LEDGER, _first_money)
    _write_sum(sheet, "合计", story.projects, FIRST_LEDGER, _first_money)
    sheet.append_across(
        "注：总投资为批复（备案）总投资；基础设施重点工程总投资为约数。", len(FIRST_LEDGER), "note"
    )
    return [sheet]


def adjusted_ledger(story: Story) -> list[Sheet]:
    """The ledger resent in July: other headings, column numbers, total on top, amounts as text."""
    projects = story.adjusted_projects()
    width = len(ADJUSTED_LEDGER)
    sheet = Sheet("调整后")
    sheet.append_across(f"承德高新区{YEAR}年重点项目台账（年中调整）", width, "title")
    row = sheet.append([Cell("填报单位：发改局", "line")])
    sheet.put(row, width - 3, Cell("单位：万元", "line"))
    write_headings(sheet, [column[1] for column in ADJUSTED_LEDGER], [""] * width)
    sheet.append([Cell(number, "heading") for number in range(1, width + 1)])
    _write_sum(sheet, "合计", projects, ADJUSTED_LEDGER, _adjusted_money)
    for _, members in _by_group(projects):
        _write_projects(sheet, story, members, ADJUSTED_LEDGER, 3)
    sheet.append_across("说明：本表替代年初台账，调整项目见项目建设会议定事项。", width, "note")
    return [sheet]


def _by_group(projects: Sequence[Project]) -> list[tuple[str, list[Project]]]:
    return [(group, list(members)) for group, members in groupby(projects, key=lambda p: p.group)]


def _write_projects(
    sheet: Sheet,
    story: Story,
    members: list[Project],
    columns: tuple[LedgerColumn, ...],
    shift: int,
) -> None:
    """Write the projects of one group, the category merged down over all of them."""
    first = sheet.next_row
    for place, project in enumerate(members):
        cells = [_ledger_cell(story, project, field, columns, shift) for _, _, field in columns]
        if place:
            cells[1] = Cell(None)
        sheet.append(cells)
    sheet.merge(first, 1, first + len(members) - 1, 1)


def _ledger_cell(
    story: Story, project: Project, field: str, columns: tuple[LedgerColumn, ...], shift: int
) -> Cell:
    if field.endswith("_wanyuan"):
        money = _first_money if columns is FIRST_LEDGER else _adjusted_money
        return money(field, project.money(field))
    if field in ("planned_start", "planned_completion"):
        spelling = LEDGER_SPELLINGS[(int(project.no) + shift) % len(LEDGER_SPELLINGS)]
        return spellings.date(getattr(project, field), spelling)
    if field == "category":
        return Cell(story.groups[project.group]["group_name"], "wrapped")
    if field == "unit_code":
        names = story.unit_name if columns is FIRST_LEDGER else story.unit_alias
        return Cell(names[project.unit_code])
    if field == "remarks":
        return Cell(None if project.project_code else "项目代码办理中")
    value = getattr(project, field)
    return Cell(int(value) if field == "no" else value or None, "wrapped")


def _first_money(field: str, amount: Decimal) -> Cell:
    in_yi = field == "total_investment_wanyuan"
    return spellings.yi_number(amount) if in_yi else spellings.number(amount)


def _adjusted_money(_: str, amount: Decimal) -> Cell:
    return spellings.thousands_text(amount)


def _write_sum(
    sheet: Sheet,
    label: str,
    members: Sequence[Project],
    columns: tuple[LedgerColumn, ...],
    money: Callable[[str, Decimal], Cell],
) -> None:
    cells = [Cell(label, "heading")]
    for _, _, field in columns[1:]:
        is_money = field.endswith("_wanyuan")
        total = sum((project.money(field) for project in members), ZERO) if is_money else ZERO
        cells.append(money(field, total) if is_money else Cell(None))
    row = sheet.append(cells)
    sheet.merge(row, 0, row, 3)


# ----------------------------------------------------------------------------------- register


def register(story: Story, item: Return) -> list[Sheet]:
    """The starts and completions verified in one month; a month without any says so."""
    headings = [
        "序号",
        "项目代码",
        "项目名称",
        "认定开工时间",
        "认定竣工时间",
        "认定依据",
        "集中开工批次",
        "备注",
    ]
    sheet = Sheet("认定表")
    sheet.append_across(f"项目开竣工认定表（{YEAR}年{item.month}月）", len(headings), "title")
    sheet.append([Cell("填报单位：发展和改革局", "line")])
    write_headings(sheet, headings, [""] * len(headings))
    starts = _verified(story, "start", item)
    completions = _verified(story, "completion", item)
    parts = [
        ("认定开工项目", starts, "verified_start"),
        ("认定竣工项目", completions, "verified_completion"),
    ]
    filled = [part for part in parts if part[1]]
    for ordinal, (label, members, field) in zip(ORDINALS, filled, strict=False):
        sheet.append_across(f"{ordinal}、{label}（{len(members)}个）", len(headings), "text")
        for number, project in enumerate(members, 1):
            sheet.append(_register_cells(story, project, number, field, item.month))
    if not filled:
        sheet.append_across("本期无新开工、竣工认定项目（零报告）", len(headings), "text")
    return [sheet]


def _verified(story: Story, event: str, item: Return) -> list[Project]:
    month = f"{item.month:02d}"
    known = story.projects_known(item.arrived_at)
    dated = [project for project in known if project.project_name in story.dates]
    return [p for p in dated if story.dates[p.project_name][f"{event}_register_month"] == month]


def _register_cells(
    story: Story, project: Project, number: int, field: str, month: int
) -> list[Cell]:
    dates = story.dates[project.project_name]
    date = spellings.date(dates[field], REGISTER_SPELLINGS[month % len(REGISTER_SPELLINGS)])
    is_start = field == "verified_start"
    return [
        Cell(number),
        Cell(project.project_code or None),
        Cell(project.project_name),
        date if is_start else Cell(None),
        Cell(None) if is_start else date,
        Cell(dates["evidence"] if is_start else "竣工验收报告、现场照片"),
        Cell((dates["launch_event"] or None) if is_start else None),
        Cell(None),
    ]


# --------------------------------------------------------------------------------- statistics


def statistics(story: Story, item: Return) -> list[Sheet]:
    """The statistics library of one month: every project entered by then and not yet taken out."""
    sheet = Sheet("统计明细")
    title = f"{YEAR}年1-{item.month}月固定资产投资项目统计明细"
    sheet.append_across(title, len(STATISTICS_COLUMNS), "title")
    row = sheet.append([Cell("填报单位：统计局", "line")])
    sheet.put(row, len(STATISTICS_COLUMNS) - 2, Cell("计量单位：万元", "line"))
    groups, headings = zip(*STATISTICS_COLUMNS, strict=True)
    write_headings(sheet, headings, groups)
    records = [
        row
        for row in story.statistics
        if story.statistics_ytd[row["statistics_code"]][f"m{item.month:02d}"]
    ]
    amounts = [_statistics_amounts(story, record, item.month) for record in records]
    for number, (record, money) in enumerate(zip(records, amounts, strict=True), 1):
        sheet.append(_statistics_cells(record, money, number))
    totals = [sum(column, ZERO) for column in zip(*amounts, strict=True)]
    last = [Cell(None)] * 4
    row = sheet.append(
        [Cell("合计", "heading"), *[Cell(None)] * 5, *map(spellings.number, totals), *last]
    )
    sheet.merge(row, 0, row, 5)
    return [sheet]


def _statistics_amounts(story: Story, record: dict[str, str], month: int) -> list[Decimal]:
    """Planned total, year to date, its four parts, cumulative; the parts add up exactly."""
    ytd = Decimal(story.statistics_ytd[record["statistics_code"]][f"m{month:02d}"])
    shares = [
        Decimal(record[f"{part}_share"]) for part in ("construction", "installation", "equipment")
    ]
    parts = [(ytd * share).quantize(Decimal(1), ROUND_DOWN) for share in shares]
    planned = Decimal(record["planned_total_wanyuan"])
    prior = Decimal(record["cumulative_prior_wanyuan"])
    return [planned, ytd, *parts, ytd - sum(parts, ZERO), prior + ytd]


def _statistics_cells(record: dict[str, str], amounts: list[Decimal], number: int) -> list[Cell]:
    texts = ("statistics_code", "statistics_name", "project_code", "owner_name", "owner_uscc")
    return [
        Cell(number),
        *(Cell(record[field] or None) for field in texts),
        *map(spellings.number, amounts),
        spellings.date(record["start_month"], "iso"),
        spellings.date(record["entry_month"], "iso"),
        Cell(record["industry_code"]),
        Cell(record["township"]),
    ]
