"""``taizhang export``: a published table, or some of its rows, as an Excel workbook."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.telling import HomeOption, console, told_plainly
from pipelines.problems import OperatorError
from pipelines.settings import Home


@told_plainly
def export(
    home: HomeOption,
    table: Annotated[
        str | None, typer.Argument(help="A published table, by its English or Chinese name.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The .xlsx file to write.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the tables instead.")] = False,
    period: Annotated[
        str | None, typer.Option(help="Rows of this period only, such as 2019-06.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Rows of this unit only, by code or name.")] = (
        None
    ),
    where: Annotated[
        str | None,
        typer.Option(help="Rows that meet this condition (SQL, English or Chinese column names)."),
    ] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Read statistics.duckdb; the copy is mode 0600.")
    ] = False,
) -> None:
    """A published table as an Excel workbook, with its source and an explanation of its columns."""
    from pipelines.reports.exports import Wanted, published_tables, write_export

    place = Home(home)
    place.settings()
    if listed:
        for found in published_tables(place, restricted):
            console.print(f"{found.name:36}{found.chinese_name}", markup=False)
        return
    if table is None or output is None:
        raise OperatorError(
            "What to export, and where to, is not said.",
            "For example: taizhang export mart_fai_entry_rate --home HOME -o 入统率.xlsx;"
            " --list shows the tables.",
        )
    if output.suffix.lower() != ".xlsx" or not output.parent.is_dir():
        raise OperatorError(
            f"{output} cannot be written.", "Name an .xlsx file in a folder that exists."
        )
    written = write_export(place, Wanted(table, period, unit, where, restricted), output)
    console.print(f"Wrote {output}: {written.rows} rows.", markup=False)
    if written.as_text:
        console.print(
            f"{written.as_text} figure(s) have more than the 15 digits Excel keeps; they are texts."
        )
