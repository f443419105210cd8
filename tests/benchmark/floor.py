"""The floor: every cell of every file read once by calamine and stored once in DuckDB. Nothing is understood.

Arguments: the folder with the files, the database to make. Prints files, cells and seconds as JSON; the seconds
are those of the work, without the start of the interpreter.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from python_calamine import CalamineWorkbook

_FILES_TOGETHER = 500


def main(folder: Path, database: Path) -> None:
    start = time.perf_counter()
    files = sorted(folder.rglob("*.xlsx"))
    cells = 0
    with duckdb.connect(database) as connection:
        connection.execute(
            "create table cells (file varchar, sheet varchar, row_number integer,"
            " column_number integer, value varchar)"
        )
        for first in range(0, len(files), _FILES_TOGETHER):
            read = _cells_of(files[first : first + _FILES_TOGETHER])
            connection.register("read_cells", read)
            connection.execute("insert into cells from read_cells")
            connection.unregister("read_cells")
            cells += read.num_rows
        connection.execute("checkpoint")
    seconds = time.perf_counter() - start
    print(json.dumps({"files": len(files), "cells": cells, "seconds": seconds}))


def _cells_of(files: list[Path]) -> pa.Table:
    names, sheets, rows, columns, values = [], [], [], [], []
    for file in files:
        book = CalamineWorkbook.from_path(file)
        for sheet_name in book.sheet_names:
            sheet = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
            for row_number, row in enumerate(sheet, 1):
                for column_number, value in enumerate(row, 1):
                    if value != "":
                        names.append(file.name)
                        sheets.append(sheet_name)
                        rows.append(row_number)
                        columns.append(column_number)
                        values.append(str(value))
    return pa.table(
        {
            "file": names,
            "sheet": sheets,
            "row_number": pa.array(rows, pa.int32()),
            "column_number": pa.array(columns, pa.int32()),
            "value": values,
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
