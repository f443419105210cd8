"""A worksheet of our own, from its first row to its print set-up.

What stands on it is decided by ``answer_sheet`` and ``rules_sheet``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from pipelines.feedback.marking.cells import fill_with_text
from pipelines.feedback.marking.colours import COLOUR_OF, REPLY_COLOUR
from pipelines.feedback.marking.ooxml import Address, ensure_child, new_root, q, written
from pipelines.feedback.marking.plan import Severity
from pipelines.feedback.marking.styles import Styles
from pipelines.feedback.row_heights import wrapped_lines
from pipelines.text import cell_name, column_letter, escape_formula

_LINE = 15.0  # points a line of ten-point type takes in Excel, WPS and LibreOffice
_HIGHEST = 405.0  # Excel takes 409
_MARGINS = {
    "left": "0.4",
    "right": "0.4",
    "top": "0.5",
    "bottom": "0.6",
    "header": "0.3",
    "footer": "0.3",
}
_FACE = {"name": "宋体", "family": "3", "charset": "134"}

Cell = str | int | None


@dataclass(frozen=True)
class Looks:
    """How the cells of our sheets look."""

    title: int
    label: int
    text: int
    heading: int
    body: int
    centred: int
    link: int
    reply: int
    small: int
    by_severity: Mapping[Severity, int]


def our_looks(styles: Styles) -> Looks:
    """The looks in the style sheet of this workbook."""
    top = {"vertical": "top", "wrapText": "1"}
    middle = {"horizontal": "center", "vertical": "center", "wrapText": "1"}
    centre = {"horizontal": "center", "vertical": "top", "wrapText": "1"}
    plain, bold = _font(10), _font(10, b="")
    return Looks(
        title=styles.look(font=_font(16, b=""), alignment={"vertical": "center"}),
        label=styles.look(font=bold, alignment={"vertical": "top"}),
        text=styles.look(font=plain, alignment=top),
        heading=styles.look(font=bold, fill="D9E2EC", is_framed=True, alignment=middle),
        body=styles.look(font=plain, is_framed=True, alignment=top),
        centred=styles.look(font=plain, is_framed=True, alignment=centre),
        link=styles.look(font=_font(10, u="", color="FF0563C1"), is_framed=True, alignment=centre),
        reply=styles.look(
            font=plain, fill=REPLY_COLOUR, is_framed=True, alignment=top, number_format=49
        ),
        small=styles.look(
            font=_font(8, color="FF808080"), is_framed=True, alignment={"vertical": "top"}
        ),
        by_severity={
            severity: styles.look(font=bold, fill=colour, is_framed=True, alignment=centre)
            for severity, colour in COLOUR_OF.items()
        },
    )


class SheetDraft:
    """Rows are added from the top; everything else may come in any order."""

    def __init__(self, widths: Sequence[float], tab_colour: str) -> None:
        self._widths = widths
        self.root = new_root("worksheet")
        properties = ensure_child(self.root, "sheetPr")
        etree.SubElement(properties, q("tabColor"), {"rgb": f"FF{tab_colour}"})
        etree.SubElement(properties, q("pageSetUpPr"), {"fitToPage": "1"})
        ensure_child(self.root, "sheetFormatPr").set("defaultRowHeight", "15")
        columns = ensure_child(self.root, "cols")
        for number, width in enumerate(widths, 1):
            place = {"min": str(number), "max": str(number), "customWidth": "1"}
            shown = {"width": str(width)} if width else {"width": "9", "hidden": "1"}
            etree.SubElement(columns, q("col"), place | shown)
        self._data = ensure_child(self.root, "sheetData")
        self.height = 0.0

    @property
    def next_row(self) -> int:
        """The 0-based number of the row that is added next."""
        return len(self._data)

    def add_row(
        self, cells: Sequence[Cell], looks: Sequence[int], height: float | None = None
    ) -> int:
        """Add a row, as high as its texts need unless said; its 0-based number."""
        row = self.next_row
        points = height or self._needed(cells)
        self.height += points
        element = etree.SubElement(
            self._data, q("row"), {"r": str(row + 1), "ht": f"{points:g}", "customHeight": "1"}
        )
        for column, (value, look) in enumerate(zip(cells, looks, strict=True)):
            cell = etree.SubElement(element, q("c"), {"r": cell_name(row, column), "s": str(look)})
            if isinstance(value, int):
                etree.SubElement(cell, q("v")).text = str(value)
            elif value:
                fill_with_text(cell, escape_formula(written(value)))
        return row

    def add_wide_row(self, cells: Sequence[tuple[str, int, int]]) -> int:
        """Add a row of (text, look, columns to run across), as high as the texts need."""
        texts: list[Cell] = []
        looks: list[int] = []
        row, lines = self.next_row, 1
        for text, look, across in cells:
            first = len(texts)
            lines = max(lines, _lines_in(text, sum(self._widths[first : first + across])))
            if across > 1:
                self._merge(row, first, first + across - 1)
            texts += [text, *[None] * (across - 1)]
            looks += [look] * across
        return self.add_row(texts, looks, min(_HIGHEST, lines * _LINE + 3))

    def freeze_above(self, row: int, *, is_selected: bool) -> None:
        """Keep the rows above this one in sight."""
        view = etree.SubElement(
            ensure_child(self.root, "sheetViews"),
            q("sheetView"),
            ({"tabSelected": "1"} if is_selected else {})
            | {"workbookViewId": "0", "showGridLines": "0"},
        )
        top_left = cell_name(row, 0)
        place = {"activeCell": top_left, "sqref": top_left}
        if row:
            split = {"ySplit": str(row), "topLeftCell": top_left}
            etree.SubElement(
                view, q("pane"), split | {"activePane": "bottomLeft", "state": "frozen"}
            )
            place = {"pane": "bottomLeft"} | place
        etree.SubElement(view, q("selection"), place)

    def add_filter(self, top: int, bottom: int, last_column: int) -> str:
        """Arrows to filter a table; its absolute reference."""
        first, last = cell_name(top, 0), cell_name(bottom, last_column)
        ensure_child(self.root, "autoFilter").set("ref", f"{first}:{last}")
        return f"$A${top + 1}:${column_letter(last_column)}${bottom + 1}"

    def add_link(self, address: Address, location: str) -> None:
        """A link to a place of the same workbook."""
        links = ensure_child(self.root, "hyperlinks")
        etree.SubElement(links, q("hyperlink"), {"ref": cell_name(*address), "location": location})

    def add_choices(self, ranges: str, formula: str, prompt: str) -> None:
        """A drop-down list that lets other text pass."""
        validations = ensure_child(self.root, "dataValidations")
        validation = etree.SubElement(
            validations,
            q("dataValidation"),
            {
                "type": "list",
                "allowBlank": "1",
                "showInputMessage": "1",
                "showErrorMessage": "0",
                "prompt": prompt,
                "sqref": ranges,
            },
        )
        etree.SubElement(validation, q("formula1")).text = formula
        validations.set("count", str(len(validations)))

    def print_landscape(self) -> None:
        """A4 across, as wide as the page, pages numbered."""
        etree.SubElement(self.root, q("pageMargins"), _MARGINS)
        page = {"paperSize": "9", "orientation": "landscape", "fitToWidth": "1", "fitToHeight": "0"}
        etree.SubElement(self.root, q("pageSetup"), page)
        footer = etree.SubElement(self.root, q("headerFooter"))
        etree.SubElement(footer, q("oddFooter")).text = "&C第 &P 页，共 &N 页"
        area = f"A1:{cell_name(max(self.next_row - 1, 0), len(self._widths) - 1)}"
        errors = ensure_child(self.root, "ignoredErrors")
        etree.SubElement(errors, q("ignoredError"), {"sqref": area, "numberStoredAsText": "1"})
        ensure_child(self.root, "dimension").set("ref", area)

    def _merge(self, row: int, first: int, last: int) -> None:
        merges = ensure_child(self.root, "mergeCells")
        reference = f"{cell_name(row, first)}:{cell_name(row, last)}"
        etree.SubElement(merges, q("mergeCell"), {"ref": reference})
        merges.set("count", str(len(merges)))

    def _needed(self, cells: Sequence[Cell]) -> float:
        lines = [
            _lines_in(value, width)
            for value, width in zip(cells, self._widths, strict=True)
            if isinstance(value, str) and width
        ]
        return min(_HIGHEST, max(lines, default=1) * _LINE + 3)


def _lines_in(text: str, width: float) -> int:
    return wrapped_lines(text, max(width - 1, 1))


def _font(size: int, **more: str) -> dict[str, str]:
    flags = {name: more[name] for name in ("b", "u") if name in more}
    colour = {"color": more["color"]} if "color" in more else {}
    return flags | {"sz": str(size)} | colour | _FACE
