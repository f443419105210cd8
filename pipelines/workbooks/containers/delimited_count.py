"""The second count of a text table, by the csv module."""

import csv
import io

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import DAMAGED, Count, ReadingLimits
from pipelines.workbooks.containers.delimited_dialect import dialect_of
from pipelines.workbooks.containers.text_encoding import decode_text

# ="" shows an empty cell.
_EMPTY = ("", '=""')


def count_delimited(data: bytes, limits: ReadingLimits) -> Count:
    """Fields that are not empty. Raises UnreadableFileError for what the csv module cannot read."""
    text = decode_text(data)
    dialect = dialect_of(text)
    lines = io.StringIO(text[dialect.start :], newline="")
    try:
        return {
            0: sum(
                len(row) - sum(map(row.count, _EMPTY))
                for row in csv.reader(lines, delimiter=dialect.separator)
            )
        }
    except csv.Error as error:
        raise UnreadableFileError(DAMAGED) from error
