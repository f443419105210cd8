"""``taizhang release list | diff | rollback``: what is published, what changed, and the way back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic_core import to_jsonable_python

from pipelines import clock
from pipelines.commands.telling import HomeOption, JsonOption, NowOption, console, say, told_plainly
from pipelines.lock import only_builder, only_writer
from pipelines.settings import Home
from pipelines.text import one_line, printable_json

if TYPE_CHECKING:
    from pipelines.release.differences import RowChange

release_app = typer.Typer(no_args_is_help=True, help="The published releases.")
ReleaseArgument = Annotated[int, typer.Argument(help="A release's number.")]
_MIB = 1 << 20


@release_app.command("list")
@told_plainly
def list_kept(home: HomeOption, as_json: JsonOption = False) -> None:
    """The releases that are kept: number, moment, rows, and which of them is in place."""
    from pipelines.release.rollback import KeptRelease, list_releases

    place = Home(home)
    place.settings()
    listed = list_releases(place)
    if as_json:
        _print_json(listed)
        return

    def state(release: KeptRelease) -> str:
        words = [
            "in place" if release.is_in_place else "",
            "stepped back from" if release.is_stepped_back_from else "",
            "" if release.is_complete else "cut off, never in place",
            "can be audited" if release.has_build and release.is_in_place else "",
            f"change accepted: {release.accepted_change}" if release.accepted_change else "",
        ]
        return ", ".join(word for word in words if word)

    for release in listed:
        moment = f"{release.made_at:%Y-%m-%d %H:%M}" if release.made_at else "no manifest"
        rows = f"{release.rows:,} rows in {release.tables} tables" if release.tables else "—"
        size = f"{release.bytes / _MIB:.1f} MiB"
        line = f"{release.number:>6}  {moment:<16}  {rows:<30}  {size:>10}  {state(release)}"
        console.print(one_line(line.rstrip()))
    if not listed:
        console.print("Nothing has been published yet.")


@release_app.command("diff")
@told_plainly
def diff(
    before: ReleaseArgument,
    after: ReleaseArgument,
    home: HomeOption,
    rows: Annotated[
        str | None, typer.Option("--rows", metavar="TABLE", help="Show the rows that differ.")
    ] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="With --rows: a table of statistics.duckdb.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows are shown.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What changed from one release to another: rows, totals and units of each table, or the rows of one."""
    from pipelines.release.comparison_report import compare_releases, compare_rows

    place = Home(home)
    place.settings()
    if rows is not None:
        found = compare_rows(place, before, after, rows, restricted, limit)
        _show_rows(found, limit, as_json)
        return
    report = compare_releases(place, before, after)
    if as_json:
        _print_json(report)
        return
    for table in report.tables:
        counts = table.rows
        console.print(
            f"{table.table}: {counts.added:,} row(s) added, {counts.gone:,} gone,"
            f" {counts.changed:,} changed"
        )
        for figure in table.figures:
            console.print(f"    {figure.measure}: {_shown(figure.before)} → {_shown(figure.after)}")
    if not report.tables:
        console.print("No table differs.")
    for missing in report.not_compared:
        console.print(missing, style="yellow")


def _show_rows(found: "Sequence[RowChange]", limit: int, as_json: bool) -> None:
    if as_json:
        _print_json(found)
        return
    for change in found:
        key = ", ".join(f"{name} {value}" for name, value in change.key.items())
        console.print(one_line(f"{change.kind}: {key}"))
        for name, (old, new) in change.values.items():
            console.print(one_line(f"    {name}: {_shown(old)} → {_shown(new)}"))
    if not found:
        console.print("No row differs.")
    elif len(found) == limit:
        console.print(f"The first {limit} rows are shown; --limit shows more.")


def _print_json(value: object) -> None:
    """Amounts as exact text, moments in ISO form."""
    print(printable_json(to_jsonable_python(value), indent=2))


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)


@release_app.command("rollback")
@told_plainly
def rollback(
    number: ReleaseArgument,
    home: HomeOption,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; it is recorded.")] = None,
    now: NowOption = None,
) -> None:
    """Put a kept release in place again; the one in place is kept, and readers are not disturbed."""
    from pipelines.declarations.forms import load_forms
    from pipelines.ledger.catalogue import FORMS_FOLDER
    from pipelines.release.rollback import roll_back

    place = Home(home)
    settings = place.settings()
    moment = clock.read_now(now, settings.district.timezone)
    wait = settings.limits.lock_wait_seconds
    with only_builder(place, wait, say), only_writer(place, wait, say):
        event = roll_back(place, number, moment, reason, load_forms(FORMS_FOLDER))
    left = event.from_release
    console.print(f"Release {event.release} is in place: {place.reporting_database}")
    console.print(f"Release {left} is kept: taizhang release rollback {left} puts it back.")
    console.print("The next load publishes the newest state again, as a new release.")
