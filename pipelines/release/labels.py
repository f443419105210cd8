"""The Chinese name of a published table, taken from its comment: the words before the first ： or 。"""

import re

_FIRST_WORDS = re.compile(r"^\s*([^：:。，,（(]+)")


def chinese_name(table: str, comment: str | None) -> str:
    """The table's Chinese name; its English name where the comment has none."""
    found = _FIRST_WORDS.match(comment or "")
    name = found.group(1).strip() if found else ""
    return name if name and not name.isascii() else table
