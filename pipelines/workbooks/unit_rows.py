"""What each row below the headings of a cross-table is: a unit, a group of units, a total, a note …

The kinds are those of ``row_kinds``; here the names of registered units are the rows themselves, and every
sum (合计, 镇街小计, 全区) is no unit (contract §7, Reading).
"""

import re
from collections.abc import Set

from pipelines.text import compact, name_key
from pipelines.workbooks.cells import CellValue
from pipelines.workbooks.row_kinds import (
    PLAIN_LEVEL,
    RowReading,
    TableRows,
    filled_cells,
    has_ordinal,
    is_column_marks,
    is_outlined,
    labelled_category,
    lead_of,
    note_reading,
    project_row,
    unfilled_row,
)

_SUM = re.compile(r"^(?P<group>.*?)(?P<word>合计|总计|小计|共计|总数|汇总)[:：]?$")
_OF_WHICH = re.compile(r"^其中[:：]?")
_WHOLE_DISTRICT = frozenset(
    {"全区", "全县", "全市", "全旗", "全镇", "全乡", "区本级合计", "本表", "本页"}
)
_GRAND = {"总数": "合计", "汇总": "合计"}


def read_unit_row(table: TableRows, row: int, units: Set[str], district: str) -> RowReading:
    """Judge one row; ``units`` are the name keys of registered units, ``district`` that of the whole."""
    cells = table.sheet.rows[row]
    filled, is_numbered = filled_cells(cells), has_ordinal(table, cells)
    if (unfilled := unfilled_row(table, row, filled, is_numbered)) is not None:
        return unfilled
    name = cells[table.name_column] if table.name_column < len(cells) else ""
    if isinstance(name, str) and name_key(name) in units:
        return RowReading("data")
    lead = lead_of(filled)
    special = _sum(table, filled, district)
    if special is None and not is_numbered:
        special = note_reading(table, filled, lead)
    if special is not None:
        return special
    if is_column_marks(filled, len(table.known_columns)):
        return RowReading("header")
    if not is_numbered and (group := _group(table, filled, lead)) is not None:
        return group
    return project_row(table, row, cells, is_numbered)


def _sum(table: TableRows, filled: list[tuple[int, CellValue]], district: str) -> RowReading | None:
    """A row of sums: of all, of a group (镇街小计), or the district's own row."""
    for column, value in filled[:3]:
        if column > table.name_column:
            break
        if not isinstance(value, str):
            continue
        plain = compact(value)
        if plain in _WHOLE_DISTRICT or _is_district(plain, district):
            return RowReading("total", label="总计")
        if _OF_WHICH.match(plain):
            return RowReading("total", label="其中")
        if found := _SUM.match(plain):
            group, word = found["group"], _GRAND.get(found["word"], found["word"])
            if group and word != "小计":
                is_whole = group in _WHOLE_DISTRICT or _is_district(group, district)
                word = "总计" if is_whole else "小计"
            return RowReading("total", label=word)
    return None


def _is_district(plain: str, district: str) -> bool:
    """海州区, or 阜新市海州区 where the district is known as 海州区."""
    key = name_key(plain)
    if not district or len(key) < 2:
        return False
    return key.endswith(district) or (district.endswith(key) and key[-1] in "区县市旗")


def _group(table: TableRows, filled: list[tuple[int, CellValue]], lead: str) -> RowReading | None:
    """一、镇街, with or without sums beside it; or a label that stands alone."""
    if not lead or filled[0][0] > table.name_column:
        return None
    if is_outlined(lead):
        return labelled_category(table, filled, lead)
    is_alone = all(column <= table.name_column for column, _ in filled)
    return RowReading("category", lead, PLAIN_LEVEL) if is_alone else None
