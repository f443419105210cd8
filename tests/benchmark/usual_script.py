"""What one would write in an afternoon: pandas with openpyxl, one validation of Great Expectations per file, DuckDB.

It knows where the table begins and what the columns are called; it keeps no receipt, no cell, no version, and gives
no answer. Arguments: the folder with the files, the database to make, at most so many files. Prints files, rows
and seconds as JSON; the seconds are those of the work, imports and the context made once are left out.
"""

import json
import logging
import sys
import time
from pathlib import Path

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig

_HEADING_ROW = 2
_LEDGER_MARK = "台账"
_MONEY = {
    "ledger": ("总投资（万元）", "本年计划投资（万元）"),
    "report": ("本月完成投资（万元）", "本年累计完成投资（万元）"),
}


def main(folder: Path, database: Path, at_most: int) -> None:
    logging.disable(logging.WARNING)
    files = sorted(folder.rglob("*.xlsx"))[:at_most]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("returns")
    batches = {
        kind: source.add_dataframe_asset(kind).add_batch_definition_whole_dataframe("file")
        for kind in _MONEY
    }
    suites = {kind: context.suites.add(_suite(kind)) for kind in _MONEY}
    rows = failed = 0
    start = time.perf_counter()
    with duckdb.connect(database) as connection:
        for file in files:
            kind = "ledger" if _LEDGER_MARK in file.name else "report"
            frame = _read(file)
            failed += not _is_valid(frame, batches[kind], suites[kind])
            frame.insert(0, "file", str(file.relative_to(folder)))
            connection.register("frame", frame)
            connection.execute(f"create table if not exists {kind} as from frame limit 0")
            connection.execute(f"insert into {kind} from frame")
            connection.unregister("frame")
            rows += len(frame)
    seconds = time.perf_counter() - start
    print(json.dumps({"files": len(files), "rows": rows, "failed": failed, "seconds": seconds}))


def _read(file: Path) -> pd.DataFrame:
    frame = pd.read_excel(
        file, header=_HEADING_ROW, engine="openpyxl", dtype={"项目代码": "string"}
    )
    return frame.dropna(subset=["项目名称"])


def _is_valid(frame: pd.DataFrame, batch: BatchDefinition, suite: gx.ExpectationSuite) -> bool:
    found = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite)
    return bool(found.success)


def _suite(kind: str) -> gx.ExpectationSuite:
    suite = gx.ExpectationSuite(name=kind)
    for column in ("项目代码", "项目名称", *_MONEY[kind]):
        suite.add_expectation(gxe.ExpectColumnValuesToNotBeNull(column=column))
    suite.add_expectation(gxe.ExpectColumnValuesToBeUnique(column="项目代码"))
    for column in _MONEY[kind]:
        suite.add_expectation(gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0))
    suite.add_expectation(
        gxe.ExpectColumnValuesToMatchRegex(
            column="项目代码", regex=r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"
        )
    )
    return suite


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
