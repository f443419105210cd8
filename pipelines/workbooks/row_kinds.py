"""What each row below the headings is: a project, a category, a total, a note …

The kinds and their signs are those of domain.md §1.3. Every row gets exactly one kind, so that the
accounting of a sheet balances.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipelines.declarations.forms import GENERIC_FIELDS, Form
from pipelines.text import compact, name_key
from pipelines.workbooks.cells import CellValue, MergedRange, Sheet
from pipelines.workbooks.locating import Block
from pipelines.workbooks.values import read_money

RowKind: TypeAlias = Literal[
    "title", "header", "category", "total", "note", "blank", "continuation", "data"
]

_NUMERAL = "一二三四五六七八九十百"
_TOTAL = re.compile(
    r"^(?:全[区县市镇乡省]|本[区县市镇乡页表年月]|以上|各?项目?|[一二三四五六七八九十、]*)?(?P<word>合计|总计|小计|共计)"
    r"(?:\(?(?P<count>\d{1,5})?[个项件条]?\)?)?[:：]?$"
)
_OF_WHICH = re.compile(r"^其中[:：]?")
# Below a table of scores: about its rows, and no sum of them.
_SUMMARY = re.compile(r"^(?:平均|最高|最低)(?:分|分数|得分|值)?[:：]?$")
_NOTE = re.compile(
    r"^(?:注|备注|说明|附注|填表人|填报人|审核人|审核|制表|数据来源|资料来源|单位负责人|负责人|联系人|"
    r"统计负责人|填报日期|填表日期|填表说明|报送日期|分管领导|主要领导|主管领导|制表人|联系电话|手机|传真)"
    r"(?:[(（][^()（）]{0,6}[)）])?(?:[:：\d一二三]|$)"
)
_CONTINUED = re.compile(r"^[(（]?(?:续表|接上表|续上表|续)[)）]?\d*$")
_FILLING = re.compile(r"(?:填表人|填报人|审核人|制表人|单位负责人|填报日期|报出日期)\s*[:：]")
_ZERO = re.compile(r"零报告|本[期月年度季旬周]+无|无新增|无(?:开工|竣工|项目)")
_CATEGORY = re.compile(
    rf"^(?:[{_NUMERAL}]+[、.．,，]|[(（][{_NUMERAL}]+[)）]|[(（]\d+[)）]\D|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+|——|【.+】"
    rf"|第[{_NUMERAL}]+[类批部组])"
)
_COUNT = re.compile(
    r"[(（【]?共?(?P<count>\d{1,5})[个项件条][)）】]?$|[(（](?P<bare>\d{1,3})[)）]$"
)
_OUTLINE = re.compile(rf"^(?:[{_NUMERAL}]+[、.．]?|[(（][{_NUMERAL}]+[)）]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+)$")
_ORDINAL = re.compile(r"^\d+(?:[-.．]\d+)*[、.．]?$")
_COLUMN_MARKS = re.compile(r"^(?:\d{1,2}|[A-Z]|[甲乙丙丁戊己庚辛])$")
PLAIN_LEVEL = 9


@dataclass(frozen=True)
class RowReading:
    """A row's kind; ``label`` is what a category or total row is called."""

    kind: RowKind
    label: str = ""
    level: int = PLAIN_LEVEL
    declared_count: int | None = None
    declares_nothing: bool = False


@dataclass(frozen=True)
class TableRows:
    """What is known of a table before its rows are judged.

    ``own_columns`` hold what makes a row one of its own under a name it shares with others: its code, its number, the
    node of a project.
    """

    sheet: Sheet
    block: Block
    form: Form
    place_names: Set[str]
    name_column: int
    ordinal_column: int | None
    own_columns: frozenset[int]
    known_columns: frozenset[int]
    figure_columns: frozenset[int]
    group_names: frozenset[str]

    def merge_at(self, row: int, column: int) -> MergedRange | None:
        """The merge over a cell; one that reaches down from the headings is none."""
        return self.sheet.merge_below(self.block.bottom, row, column)


def says_nothing(text: str) -> bool:
    """Whether a text declares that there is nothing to report (零报告, 本期无)."""
    plain = compact(text)
    return len(plain) <= 60 and _ZERO.search(plain) is not None


def table_rows(
    sheet: Sheet,
    block: Block,
    form: Form,
    place_names: Set[str],
) -> TableRows:
    """Prepare the judging of a table's rows; ``place_names`` are name keys of units and places."""
    name = block.column_of(form.name_field.name)
    ordinal = block.column_of("sequence_no")
    own = {f.name for f in form.fields if f.kind == "name" and f.is_required} - {
        form.name_field.name
    }
    own |= {"project_code", form.own_code or "project_code"}
    choices = {name_key(c) for f in form.of_kind("list") if len(f.choices) > 4 for c in f.choices}
    figures = {f.name for f in (*form.figures, *form.of_kind("date"))}
    return TableRows(
        sheet=sheet,
        block=block,
        form=form,
        place_names=place_names,
        name_column=name.number if name else 0,
        ordinal_column=ordinal.number if ordinal else None,
        own_columns=frozenset(c.number for c in block.columns if c.field in own),
        known_columns=frozenset(
            c.number for c in block.columns if c.field and c.field not in GENERIC_FIELDS
        ),
        figure_columns=frozenset(c.number for c in block.columns if c.field in figures),
        group_names=frozenset(choices),
    )


def read_row(table: TableRows, row: int) -> RowReading:
    """Judge one row below the headings."""
    cells = table.sheet.rows[row]
    filled, is_numbered = filled_cells(cells), has_ordinal(table, cells)
    if (unfilled := unfilled_row(table, row, filled, is_numbered)) is not None:
        return unfilled
    lead = lead_of(filled)
    if not is_numbered:
        special = _total(table, filled) or note_reading(table, filled, lead)
        if special is not None:
            return special
    if is_column_marks(filled, len(table.known_columns)):
        return RowReading("header")
    if not is_numbered and (category := _category(table, row, filled, lead)) is not None:
        return category
    if _is_lone_label(table, filled) and not is_numbered:
        return RowReading("category", lead, PLAIN_LEVEL, _declared_count(table, filled, lead))
    return project_row(table, row, cells, is_numbered)


def filled_cells(cells: list[CellValue]) -> list[tuple[int, CellValue]]:
    """The cells of a row that hold more than blanks, each with its column."""
    return [
        (column, value)
        for column, value in enumerate(cells)
        if value != "" and not (isinstance(value, str) and not value.strip())
    ]


def lead_of(filled: list[tuple[int, CellValue]]) -> str:
    """The text a row begins with; blank where it begins with a figure."""
    return compact(filled[0][1]) if isinstance(filled[0][1], str) else ""


def unfilled_row(
    table: TableRows, row: int, filled: list[tuple[int, CellValue]], is_numbered: bool
) -> RowReading | None:
    """A row with nothing in it, or with a printed number alone; None for any other."""
    if not filled:
        return RowReading("data" if has_unseen(table.sheet, row) else "blank")
    if is_numbered and len(filled) == 1 and not has_unseen(table.sheet, row):
        return RowReading("blank")
    return None


def has_unseen(sheet: Sheet, row: int) -> bool:
    """Whether a row holds errors or uncalculated formulas, which readers show as empty."""
    return row in sheet.unseen_rows


def _is_lone_label(table: TableRows, filled: list[tuple[int, CellValue]]) -> bool:
    """A name standing alone in a table whose projects are numbered heads the rows below it."""
    return (
        len(filled) == 1 and filled[0][0] == table.name_column and table.ordinal_column is not None
    )


def has_ordinal(table: TableRows, cells: list[CellValue]) -> bool:
    """Whether the row has a running number of its own."""
    if table.ordinal_column is None or table.ordinal_column >= len(cells):
        return False
    value = cells[table.ordinal_column]
    if isinstance(value, bool):
        return False
    if isinstance(value, float | int):
        return True
    return isinstance(value, str) and _ORDINAL.match(compact(value)) is not None


def _total(table: TableRows, filled: list[tuple[int, CellValue]]) -> RowReading | None:
    for column, value in filled[:3]:
        if not isinstance(value, str) or column > table.name_column:
            break
        plain = compact(value)
        if found := _TOTAL.match(plain):
            count = int(found["count"]) if found["count"] else None
            return RowReading("total", label=found["word"], declared_count=count)
        if _OF_WHICH.match(plain) or _SUMMARY.match(plain):
            return RowReading("total", label="其中")
    return None


def note_reading(
    table: TableRows, filled: list[tuple[int, CellValue]], lead: str
) -> RowReading | None:
    """A remark below or between the rows, or the sentence that there is nothing to report."""
    has_figures = any(column in table.figure_columns for column, _ in filled)
    if lead and not has_figures and _ZERO.search(lead) and len(lead) <= 60:
        return RowReading("note", declares_nothing=True)
    if len(filled) == 1 and _CONTINUED.match(lead):
        return RowReading("note")
    if _NOTE.match(lead) or (_FILLING.search(lead) and not has_figures):
        return RowReading("note", declares_nothing=bool(_ZERO.search(lead)))
    if len(filled) == 1 and len(lead) > 30 and (lead.endswith(("。", "；", ";")) or "，" in lead):
        return RowReading("note")
    return None


def is_column_marks(filled: list[tuple[int, CellValue]], known: int) -> bool:
    """A row that only numbers the columns: 1 2 3 …, A B C …, 甲 乙 1 2 …"""
    if len(filled) < max(3, known // 2):
        return False
    marks = []
    for _, value in filled:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        mark = compact(str(value))
        if not _COLUMN_MARKS.match(mark):
            return False
        marks.append(mark)
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    return len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _category(
    table: TableRows, row: int, filled: list[tuple[int, CellValue]], lead: str
) -> RowReading | None:
    if not lead or filled[0][0] > table.name_column:
        return None
    label, rest = _label(filled, lead)
    if not _holds_no_project(table, rest, label):
        return None
    is_group = (
        is_outlined(lead)
        or _COUNT.search(lead) is not None
        or _is_group_name(table, lead)
        or _spans_table(table, row, filled)
    )
    return labelled_category(table, filled, lead) if is_group else None


def labelled_category(
    table: TableRows, filled: list[tuple[int, CellValue]], lead: str
) -> RowReading:
    """A category row: its label, how deep it stands, how many rows it declares."""
    label, _ = _label(filled, lead)
    return RowReading("category", label, _level(label), _declared_count(table, filled, label))


def _label(
    filled: list[tuple[int, CellValue]], lead: str
) -> tuple[str, list[tuple[int, CellValue]]]:
    """What a category is called, in one cell or in two (一 | 镇街), and the cells beside it."""
    named = filled[1][1] if _OUTLINE.match(lead) and len(filled) > 1 else None
    if isinstance(named, str):
        return f"{lead}、{compact(named)}", filled[2:]
    return lead, filled[1:]


def _holds_no_project(table: TableRows, rest: list[tuple[int, CellValue]], label: str) -> bool:
    """Whether beside the label stand only counts and amounts, and these are no project's.

    A project may be called （二）期污水管网: in a table that does not number its projects, amounts
    belong to a category only where it declares how many projects it has.
    """
    if any(isinstance(value, str) and not _is_amount_or_count(value) for _, value in rest):
        return False
    has_figures = any(column in table.figure_columns for column, _ in rest)
    return not has_figures or table.ordinal_column is not None or bool(_COUNT.search(label))


def _is_amount_or_count(text: str) -> bool:
    plain = compact(text)
    return _COUNT.search(plain) is not None or read_money(plain, "万元").amount is not None


def _is_group_name(table: TableRows, lead: str) -> bool:
    key = _COUNT.sub("", name_key(lead)).removesuffix("项目")
    return key in table.group_names or key in table.place_names


def _spans_table(table: TableRows, row: int, filled: list[tuple[int, CellValue]]) -> bool:
    """A label merged over much of the table's width, or standing alone in the 序号 column."""
    column = filled[0][0]
    merge = table.merge_at(row, column)
    width = len(table.known_columns) + 1
    if merge is not None and merge[3] - merge[1] + 1 >= max(3, width // 2):
        return True
    return (
        len(filled) == 1
        and column == table.ordinal_column
        and column != table.name_column
        and (merge is None or merge[3] < table.name_column)
    )


def _level(label: str) -> int:
    if re.match(r"^[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]", label):
        return -1
    if re.match(rf"^[{_NUMERAL}]+[、.．,，]", label):
        return 0
    if re.match(rf"^[(（][{_NUMERAL}]+[)）]", label):
        return 1
    if re.match(r"^[(（]\d+[)）]", label):
        return 2
    return PLAIN_LEVEL


def _declared_count(
    table: TableRows, filled: list[tuple[int, CellValue]], label: str
) -> int | None:
    if found := _COUNT.search(label):
        return int(found["count"] or found["bare"])
    for column, value in filled[1:]:
        if column in table.figure_columns:
            return None
        if isinstance(value, str) and (found := _COUNT.match(compact(value))):
            return int(found["count"] or found["bare"])
        if isinstance(value, float | int) and float(value).is_integer() and value < 10_000:
            return int(value)
    return None


def is_outlined(lead: str) -> bool:
    """Whether a label is numbered as headings are: 一、…, （一）…, Ⅰ…"""
    return _OUTLINE.match(lead) is not None or _CATEGORY.match(lead) is not None


def project_row(
    table: TableRows, row: int, cells: list[CellValue], is_numbered: bool
) -> RowReading:
    """A row with a project's name, code, node or figures, or one that continues the row above."""
    name = cells[table.name_column] if table.name_column < len(cells) else ""
    if is_numbered or (name != "" and str(name).strip()):
        return RowReading("data")
    merge = table.merge_at(row, table.name_column)
    if merge is not None and merge[1] < table.name_column and merge[0] == row:
        return RowReading("data")
    is_its_own = any(cells[c] != "" for c in table.own_columns if c < len(cells))
    if merge is not None and merge[0] < row and not is_its_own:
        return RowReading("continuation")
    figures = any(cells[c] != "" for c in table.figure_columns if c < len(cells))
    hidden = any((row, c) in table.sheet.error_cells for c in range(len(cells)))
    if is_its_own or figures or hidden:
        return RowReading("data")
    known = any(cells[c] != "" for c in table.known_columns if c < len(cells))
    return RowReading("continuation") if known or not table.known_columns else RowReading("note")
