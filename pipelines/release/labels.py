"""What published tables and columns are called in Chinese: the one reader of ``warehouse/labels``.

A table's name is the first words of its comment; a column's is declared, the same word for the same thing in every
table, with the few exceptions named by table. Names hold letters, digits and ``_`` only, so that no tool needs
quotes for them; the unit follows a ``_``. Making views of them is ``chinese_views``'.
"""

import csv
import re
from functools import cache

from pipelines.settings import PROJECT_ROOT

COLUMN_LABELS = PROJECT_ROOT / "warehouse" / "labels" / "columns.csv"
_FIRST_WORDS = re.compile(r"^\s*([^：:。；;，,（(]+)")
# A description says it in Chinese, then in English: 项目名称。 Project name.
_TWO_LANGUAGES = re.compile(r"^(?P<chinese>.*?[。；）])\s+(?P<english>[A-Z0-9“(].*)$", re.DOTALL)
_UNIT = re.compile(r"_(万元|百分点|天|分|像素)$")


def chinese_name(table: str, comment: str | None) -> str:
    """The table's Chinese name; its English name where the comment has none."""
    found = _FIRST_WORDS.match(comment or "")
    name = found.group(1).strip() if found else ""
    return name if name and not name.isascii() else table


def column_label(table: str, column: str) -> str:
    """The Chinese name of a column of a table; its English name where none is declared."""
    labels = column_labels()
    return labels.get((column, table)) or labels.get((column, "")) or column


def in_both_languages(description: str) -> tuple[str, str]:
    """A description in Chinese and in English; one that is not in both is all Chinese, its English blank."""
    found = _TWO_LANGUAGES.match(description)
    return (found["chinese"], found["english"]) if found else (description, "")


def heading(label: str) -> str:
    """A label as the heading of a printed table: 总投资_万元 is 总投资(万元)."""
    return _UNIT.sub(r"(\1)", label)


@cache
def column_labels() -> dict[tuple[str, str], str]:
    """The declared labels by column and table; the table is blank for all that have no label of their own."""
    with COLUMN_LABELS.open(encoding="utf-8", newline="") as lines:
        return {
            (row["column_name"], row["table_name"]): row["label"]
            for row in csv.DictReader(lines, strict=True)
        }
