"""The controls a sheet carries itself: totals against their rows, declared counts against rows.

Source: contract §7 (Refused, Questioned), domain.md §1.3; packages per domain.md §1.3 no. 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.declarations.forms import Form
from pipelines.text import cell_name
from pipelines.wording import plain_number
from pipelines.workbooks.cells import CellValue, Sheet
from pipelines.workbooks.figures import read_figure, unit_factor
from pipelines.workbooks.readings import ReadReturn, ReadRow, ReadSheet, ReadTable
from pipelines.workbooks.row_kinds import RowReading
from pipelines.workbooks.values import UNIT_FACTORS, cell_unit, shown_decimals

_HALF = Decimal("0.5")
_GRAND_TOTALS = ("总计", "共计")
_DEEPEST = 9


@dataclass(frozen=True)
class ControlResult:
    """One control: what the sheet declares, what its rows give.

    ``excess`` is how far (万元, or a count) a total lies beyond rounding, ``count_difference`` declared − rows.
    ``is_open``: a row's amount cannot be read, so that the total was not checked.
    """

    sheet: str
    cell: str
    field: str | None
    found: str
    expected: str
    excess: Decimal | None = None
    count_difference: int | None = None
    is_open: bool = False

    @property
    def is_count(self) -> bool:
        """Whether it controls a number of rows, not a sum."""
        return self.count_difference is not None


@dataclass(frozen=True)
class _Item:
    """One project row of a sheet with its table."""

    table: ReadTable
    row: ReadRow
    is_parent: bool
    is_part: bool


def check_controls(read: ReadReturn, packages: Mapping[str, str]) -> list[ControlResult]:
    """Check every total, subtotal, category amount and declared count of a return.

    ``packages`` maps the name key of a part to the name key of its package, from the ledgers.
    """
    if read.form is None:
        return []
    key_name = f"{read.form.name_field.name}_key"
    everything = list(_items(read.tables, key_name, packages))
    results: list[ControlResult] = []
    for entry in read.sheets:
        if any(table.controls for table in entry.tables):
            results += _check_sheet(entry, everything, read.form)
    return results


def controlled_names(read: ReadReturn, form: Form) -> tuple[str, ...]:
    """The name keys of a return with controls; only packages among them change what its controls give."""
    if not any(table.controls for table in read.tables):
        return ()
    key_name = f"{form.name_field.name}_key"
    return tuple(
        sorted({str(r.values.get(key_name) or "") for table in read.tables for r in table.rows})
    )


def packages_among(names: Sequence[str], packages: Mapping[str, str]) -> dict[str, str]:
    """Those of the packages that matter where these names stand together: part and package are both there."""
    present = frozenset(names)
    return {name: packages[name] for name in names if packages.get(name) in present}


def _items(
    tables: Sequence[ReadTable], key_name: str, packages: Mapping[str, str]
) -> Iterator[_Item]:
    keyed = [
        (table, row, str(row.values.get(key_name) or "")) for table in tables for row in table.rows
    ]
    package_of = {
        key: str(row.values.get("package_key") or packages.get(key) or "") for _, row, key in keyed
    }
    listed = {package for key, package in package_of.items() if package and package != key}
    present = {key for _, _, key in keyed}
    for table, row, key in keyed:
        package = package_of[key]
        is_part = bool(package) and package != key and package in present
        yield _Item(table, row, is_parent=key in listed, is_part=is_part)


def _check_sheet(entry: ReadSheet, everything: list[_Item], form: Form) -> Iterator[ControlResult]:
    items = [item for item in everything if item.table.sheet is entry.sheet]
    controls = [(table, row, reading) for table in entry.tables for row, reading in table.controls]
    words = [reading.label for _, _, reading in controls if reading.kind == "total"]
    for number, (table, row, reading) in enumerate(controls):
        below = _below(items, controls, number)
        if reading.kind == "category":
            if reading.declared_count is not None:
                yield _count_result(entry.sheet, row, reading.declared_count, [below])
            scopes = [below]
        elif reading.label == "其中":
            continue
        else:
            segments = _above(items, controls, number)
            if form.is_cross_table:
                segments.append(_until_next(items, controls, number))
            scopes = _scopes(reading, words, items, everything, segments)
            if reading.declared_count is not None:
                yield _count_result(entry.sheet, row, reading.declared_count, scopes)
        yield from _check_amounts(table, row, scopes, form)


def _until_next(
    items: list[_Item], controls: list[tuple[ReadTable, int, RowReading]], number: int
) -> list[_Item]:
    """The rows under a sum that stands above its rows: until the next control."""
    row = controls[number][1]
    end = controls[number + 1][1] if number + 1 < len(controls) else 1 << 30
    return [item for item in items if row < item.row.row < end]


def _below(
    items: list[_Item], controls: list[tuple[ReadTable, int, RowReading]], number: int
) -> list[_Item]:
    """The rows under a category: until the next category of its level or above."""
    _, row, reading = controls[number]
    # A label without an outline number stands above numbered ones unless it came below one.
    is_heading = reading.level == _DEEPEST and not any(
        other.kind == "category" and other.level < _DEEPEST for _, _, other in controls[:number]
    )
    ends = [
        later
        for _, later, other in controls[number + 1 :]
        if other.kind == "category"
        and (other.level == _DEEPEST if is_heading else other.level <= reading.level)
    ]
    end = min(ends, default=1 << 30)
    return [item for item in items if row < item.row.row < end]


def _above(
    items: list[_Item], controls: list[tuple[ReadTable, int, RowReading]], number: int
) -> list[list[_Item]]:
    """What a subtotal may sum: the rows since the control above it, or since a category it is in."""
    _, row, _ = controls[number]
    starts = [controls[number - 1][1]] if number else [-1]
    level = _DEEPEST + 1
    for _, earlier, reading in reversed(controls[:number]):
        if reading.kind == "category" and reading.level < level:
            starts.append(earlier)
            level = reading.level
    return [[item for item in items if start < item.row.row < row] for start in starts]


def _scopes(
    reading: RowReading,
    words: list[str],
    sheet_items: list[_Item],
    everything: list[_Item],
    segments: list[list[_Item]],
) -> list[list[_Item]]:
    """The sets of rows a total may stand for, by its word."""
    if reading.label in _GRAND_TOTALS:
        return [sheet_items, everything]
    if reading.label == "小计":
        return [*segments, sheet_items] if words.count("小计") == 1 else segments
    if words.count("合计") > 1 or any(word in _GRAND_TOTALS for word in words):
        return [*segments, sheet_items]
    return [sheet_items, everything]


def _check_amounts(
    table: ReadTable, row: int, scopes: list[list[_Item]], form: Form
) -> Iterator[ControlResult]:
    """Every column of amounts and counts against its rows; percentages do not add up."""
    for column in table.block.columns:
        unit = table.units.get(column.number)
        if unit is None or column.field is None:
            continue
        kind = form.by_name[column.field].kind
        if kind == "percent":
            continue
        value = table.sheet.at(row, column.number)
        declared = read_figure(kind, value, unit)
        if declared.amount is None:
            continue
        results = [
            outcome
            for scope in scopes
            for variant in _variants(scope)
            if (outcome := _compare(variant, column.field, declared.amount, value, unit))
            is not None
        ]
        if not results:
            where = cell_name(row, column.number)
            yield ControlResult(table.sheet.name, where, column.field, "", "", is_open=True)
            continue
        excess, total = min(results)
        yield ControlResult(
            table.sheet.name,
            cell_name(row, column.number),
            column.field,
            f"{_declared(declared.amount / unit_factor(unit))} {unit}",
            f"{plain_number(total / unit_factor(unit))} {unit}",
            excess=excess,
        )


def _variants(scope: list[_Item]) -> list[list[_Item]]:
    """A package and its parts count once: without the packages' own rows, or without the parts."""
    if not any(item.is_parent for item in scope):
        return [scope]
    return [
        [item for item in scope if not item.is_parent],
        [item for item in scope if not item.is_part],
    ]


def _compare(
    items: list[_Item], field: str, declared: Decimal, shown: CellValue, unit: str
) -> tuple[Decimal, Decimal] | None:
    """(how far beyond rounding, the sum) in 万元; None where a row's amount could not be read."""
    total = Decimal(0)
    cells: list[tuple[CellValue, str]] = []
    for item in items:
        if any(p.field == field for p in item.row.problems):
            return None
        amount = item.row.values.get(field)
        column = item.table.block.column_of(field)
        if amount is None or column is None:
            continue
        total += amount
        value = item.table.sheet.at(item.row.row, column.number)
        cells.append((value, cell_unit(value) or item.table.units[column.number]))
    tolerance = _tolerance(cells) + _half_unit(shown_decimals(shown), cell_unit(shown) or unit)
    if unit not in UNIT_FACTORS and declared == declared.to_integral_value():
        tolerance = Decimal(0)  # whole projects are counted, not rounded
    return max(abs(declared - total) - tolerance, Decimal(0)), total


def _tolerance(cells: Sequence[tuple[CellValue, str]]) -> Decimal:
    """Half a unit of the last shown decimal per row (contract §7).

    Excel drops trailing zeros, so the most exact cell of each unit tells how many decimals it shows.
    """
    decimals: dict[str, int] = {}
    for value, unit in cells:
        decimals[unit] = max(decimals.get(unit, 0), shown_decimals(value))
    return sum((_half_unit(decimals[unit], unit) for _, unit in cells), Decimal(0))


def _half_unit(decimals: int, unit: str) -> Decimal:
    return _HALF.scaleb(-min(decimals, 12)) * unit_factor(unit)


def _count_result(
    sheet: Sheet, row: int, declared: int, scopes: Sequence[list[_Item]]
) -> ControlResult:
    """A declared count against the nearest count it may stand for."""
    counts = {len(variant) for scope in scopes for variant in (scope, *_variants(scope))}
    nearest = min(sorted(counts), key=lambda count: abs(declared - count))
    column = next((c for c, value in enumerate(sheet.rows[row]) if value != ""), 0)
    return ControlResult(
        sheet.name,
        cell_name(row, column),
        None,
        str(declared),
        str(nearest),
        count_difference=declared - nearest,
    )


def _declared(number: Decimal) -> str:
    """What a sheet declares: a zero keeps the minus with which it stands in its cell."""
    sign = "-" if number.is_zero() and number.is_signed() else ""
    return f"{sign}{plain_number(number)}"
