"""What stands above a table: title, submitter, period, unit of money."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.text import cell_name, compact, name_key
from pipelines.workbooks.cells import Sheet
from pipelines.workbooks.periods import PeriodMention, mentioned_period

_SUBMITTER = re.compile(r"填\s*报\s*单\s*位(?:\s*\(?(?:盖章|公章|章)\)?)?\s*[:：]?\s*(?P<name>.*)")
_PERIOD_LABEL = re.compile(r"(?:报表期|报告期|报表时期|报告期别|所属时期)\s*[:：]?\s*(?P<text>.*)")
_NEXT_LABEL = re.compile(
    r"\s{2,}|(?:计量|金额)?单位\s*[:：]|报表期|报告期|填报(?:日期|时间)|制表|填表|联系|\(?盖章\)?|日期"
)
_FILING_DATE = re.compile(r"(?:填报|制表|报送|打印|填表|上报|审核)(?:日期|时间)\s*[:：]?\s*\S*")
# 填报单位：元宝山镇 names a submitter, not a unit of money.
_MONEY_UNIT = re.compile(
    r"(?<![填报送设制编主管责任])(?:计量|金额|货币|投资)?单位\s*[:：]\s*\(?(?:(?:个|项|家|%)\s*[、,;/和]\s*)*"
    r"(?:人民币)?(?P<unit>亿元|千万元|百万元|万元|千元|元)(?=$|[\s)、,;/和])"
    # 单位：亿元、万元 tells of no column which of the two it is in.
    r"(?!\s*[、,;/和]\s*(?:亿元|千万元|百万元|万元|千元|元))"
)
# From the first of the endings on: each later one would only be followed to the same place.
_FILE_ENDINGS = re.compile(
    r"(?<!\.[A-Za-z])(?<!\.[A-Za-z]{2})(?<!\.[A-Za-z]{3})(?<!\.[A-Za-z]{4})(?<!\.[A-Za-z]{5})(?:\.[A-Za-z]{1,5})+$"
)
_BARE_UNIT = re.compile(r"^[(]?(?P<unit>亿元|万元|千元)[)]?$")


@dataclass(frozen=True)
class Stated:
    """Something a sheet says about the return, and the cell that says it."""

    text: str
    cell: str


@dataclass(frozen=True)
class StatedPeriod:
    """A period and where it was read; cell is None for a file name."""

    mention: PeriodMention
    cell: str | None
    source: str


@dataclass
class Preamble:
    """What one sheet's title rows say."""

    title: str = ""
    submitter: Stated | None = None
    submitter_code: str | None = None
    money_unit: str | None = None
    periods: list[StatedPeriod] = field(default_factory=list)


def read_preamble(sheet: Sheet, table_top: int, units: Mapping[str, str]) -> Preamble:
    """Read the rows above ``table_top``; ``units`` maps name keys to unit codes."""
    preamble = Preamble()
    titles: list[StatedPeriod] = []
    labelled: list[StatedPeriod] = []
    for row, column, text in _texts(sheet, table_top):
        where = cell_name(row, column)
        if preamble.submitter is None and (found := _SUBMITTER.search(text)):
            _read_submitter(preamble, sheet, (row, column), found["name"], units)
        if (preamble.money_unit is None and (unit := _MONEY_UNIT.search(text))) or (
            preamble.money_unit is None and (unit := _BARE_UNIT.match(compact(text)))
        ):
            preamble.money_unit = unit["unit"]
        if found := _PERIOD_LABEL.search(text):
            labelled += _labelled_period(sheet, row, column, found["text"])
            continue
        if not preamble.title and not _SUBMITTER.search(text) and not _MONEY_UNIT.match(text):
            preamble.title = text
        if mention := mentioned_period(_FILING_DATE.sub("", text)):
            titles.append(StatedPeriod(mention, where, "title"))
    preamble.periods = titles + labelled
    return preamble


def file_period(file_name: str) -> StatedPeriod | None:
    """The period a file name tells."""
    stem = _FILE_ENDINGS.sub("", unicodedata.normalize("NFKC", file_name))
    mention = mentioned_period(_FILING_DATE.sub("", stem))
    return StatedPeriod(mention, None, "file_name") if mention else None


def _texts(sheet: Sheet, table_top: int) -> Iterator[tuple[int, int, str]]:
    for row in range(min(table_top, len(sheet.rows))):
        for column, value in enumerate(sheet.rows[row]):
            if isinstance(value, str) and value.strip():
                yield row, column, unicodedata.normalize("NFKC", value).strip()


def _read_submitter(
    preamble: Preamble,
    sheet: Sheet,
    position: tuple[int, int],
    rest: str,
    units: Mapping[str, str],
) -> None:
    row, column = position
    if not rest.strip():
        column, rest = _right_neighbour(sheet, row, column)
    for name in (rest, _NEXT_LABEL.split(rest)[0], rest.split()[0] if rest.split() else ""):
        if (code := units.get(name_key(name))) is not None:
            preamble.submitter = Stated(name.strip(), cell_name(row, column))
            preamble.submitter_code = code
            return
    stated = _NEXT_LABEL.split(rest)[0].strip()
    if stated and not set(stated) <= set("_ ＿-—"):
        preamble.submitter = Stated(stated, cell_name(row, column))


def _labelled_period(sheet: Sheet, row: int, column: int, rest: str) -> list[StatedPeriod]:
    if not rest.strip():
        column, rest = _right_neighbour(sheet, row, column)
        if isinstance(day := sheet.at(row, column), date):
            return [
                StatedPeriod(PeriodMention(day.year, day.month), cell_name(row, column), "label")
            ]
    mention = mentioned_period(rest)
    return [StatedPeriod(mention, cell_name(row, column), "label")] if mention else []


def _right_neighbour(sheet: Sheet, row: int, column: int) -> tuple[int, str]:
    for right in range(column + 1, len(sheet.rows[row])):
        if text := sheet.text(row, right).strip():
            return right, unicodedata.normalize("NFKC", text)
    return column, ""
