"""The heading rows of a template: one for a list, as many as a cross-table's indicators have levels.

An indicator with parts stands over them, 总数 for itself and 其中：… for each; every figure names its unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.declarations.forms import Form
from pipelines.declarations.indicators import Indicator
from pipelines.workbooks.cells import MergedRange

_WHOLE = "总数"
_PART = "其中："


@dataclass(frozen=True)
class TemplateHeadings:
    """The texts over each column from the top; equal ones are merged across, short ones downwards."""

    paths: Sequence[tuple[str, ...]]

    @cached_property
    def depth(self) -> int:
        return max(len(path) for path in self.paths)

    def rows(self) -> list[list[str]]:
        """The heading rows; merged cells but the first are empty."""
        rows = [[""] * len(self.paths) for _ in range(self.depth)]
        for column, path in enumerate(self.paths):
            for level, text in enumerate(path):
                if not self._continues(column, level):
                    rows[level][column] = text
        return rows

    def merges(self, top: int) -> list[MergedRange]:
        """The merged ranges where the first heading row is ``top``."""
        found: list[MergedRange] = []
        for column, path in enumerate(self.paths):
            for level in range(len(path)):
                if self._continues(column, level):
                    continue
                right = column
                while right + 1 < len(self.paths) and self._continues(right + 1, level):
                    right += 1
                bottom = self.depth - 1 if level == len(path) - 1 else level
                if (right, bottom) != (column, level):
                    found.append((top + level, column, top + bottom, right))
        return found

    def own_row(self, column: int) -> int:
        """The heading row in which a column's own heading stands, from 0."""
        return len(self.paths[column]) - 1

    def _continues(self, column: int, level: int) -> bool:
        """Whether a heading over a group of columns goes on from the column on the left."""
        above = self.paths[column][: level + 1]
        is_group = len(self.paths[column]) > level + 1
        return column > 0 and is_group and self.paths[column - 1][: level + 1] == above


def headings_of(form: Form) -> TemplateHeadings:
    """The headings of a form in the order of its fields."""
    if not form.is_cross_table:
        return TemplateHeadings([(field.label,) for field in form.fields])
    by_id = {indicator.indicator_id: indicator for indicator in form.indicators}
    return TemplateHeadings(
        [
            _path(by_id[field.name], by_id) if field.name in by_id else (field.label,)
            for field in form.fields
        ]
    )


def _path(indicator: Indicator, by_id: dict[str, Indicator]) -> tuple[str, ...]:
    unit = f"（{indicator.measure_unit}）"
    named = _named(indicator, by_id)
    if any(other.parent_indicator_id == indicator.indicator_id for other in by_id.values()):
        return (*named, _WHOLE + unit)
    return (*named[:-1], named[-1] + unit)


def _named(indicator: Indicator, by_id: dict[str, Indicator]) -> tuple[str, ...]:
    """The indicator's name below those of which it is a part."""
    parent = by_id.get(indicator.parent_indicator_id or "")
    if parent is None:
        return (indicator.indicator_name,)
    return (*_named(parent, by_id), _PART + indicator.indicator_name)
