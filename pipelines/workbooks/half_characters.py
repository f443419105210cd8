"""Half a character, which some workbooks hold, is in no alphabet: it is shown as what it is, a gap."""

from collections.abc import Iterable

from pipelines.workbooks.cells import CellValue, Sheet, Workbook


def mend(workbook: Workbook) -> None:
    """Put a gap in place of every half character, and the whole one where both halves stand together."""
    for sheet in workbook.sheets:
        if not _is_whole(_texts(sheet)):
            _mend_sheet(sheet)


def _texts(sheet: Sheet) -> Iterable[str]:
    yield sheet.name
    yield from sheet.error_cells.values()
    for row in (*sheet.rows, sheet.stray_cells.values()):
        yield from [value for value in row if type(value) is str]


def _is_whole(texts: Iterable[str]) -> bool:
    # Halves of two texts that only stand beside each other are halves.
    try:
        "\n".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _mend_sheet(sheet: Sheet) -> None:
    sheet.name = whole(sheet.name)
    sheet.error_cells = {place: whole(text) for place, text in sheet.error_cells.items()}
    sheet.rows = [[_whole_value(value) for value in row] for row in sheet.rows]
    sheet.stray_cells = {p: _whole_value(value) for p, value in sheet.stray_cells.items()}


def _whole_value(value: CellValue) -> CellValue:
    return whole(value) if isinstance(value, str) else value


def whole(text: str) -> str:
    """A text with a gap in place of every half character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
