"""``taizhang health | backup | restore``: whether a home is well, its copies, and the way back from one.

What is looked at and copied is ``operations``'; here it is asked for and told.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipelines import clock, terminal
from pipelines.commands.telling import (
    HomeOption,
    JsonOption,
    NowOption,
    console,
    errors,
    say,
    told_plainly,
)
from pipelines.settings import Home

_EXIT_CODES = {"ok": 0, "warning": 1, "critical": 2}
_COLOURS = {"ok": "green", "warning": "yellow", "critical": "red"}


@told_plainly
def health(home: HomeOption, now: NowOption = None, as_json: JsonOption = False) -> None:
    """Is the home well? One line for each vital; exit code 0 ok, 1 warning, 2 critical."""
    from pipelines.operations.health import examine, timezone_of
    from pipelines.operations.vitals import worst

    place = Home(home)
    moment = clock.read_now(now, timezone_of(place))
    vitals = examine(place, moment)
    state = worst(vitals)
    if as_json:
        listed = [
            {"name": v.name, "state": v.state, "words": v.words, "remedy": v.remedy} for v in vitals
        ]
        print(json.dumps({"state": state, "at": moment.isoformat(), "vitals": listed}, indent=2))
    else:
        for vital in sorted(vitals, key=lambda v: -_EXIT_CODES[v.state]):
            remedy = f" → {vital.remedy}" if vital.remedy else ""
            line = f"{vital.state:<9} {vital.name}: {vital.words}{remedy}"
            console.print(line.replace("\n", " "), style=_COLOURS[vital.state], markup=False)
    raise typer.Exit(_EXIT_CODES[state])


_MIB = 1 << 20


@told_plainly
def backup(
    home: HomeOption,
    to: Annotated[Path, typer.Option("--to", help="The folder of copies, best on another disk.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="Keep so many copies; all of them by default.")
    ] = None,
    now: NowOption = None,
) -> None:
    """A verified copy of the home while it is in service; copies share what did not change."""
    from pipelines.operations.backup import back_up

    place = Home(home)
    moment = clock.read_now(now, place.settings().district.timezone)
    made = back_up(place, to, keep, moment, say)
    for warning in made.warnings:
        errors.print(warning, style="yellow", markup=False)
    console.print(
        f"{made.manifest}: {made.files:,} files, {made.bytes / _MIB:,.1f} MiB,"
        f" {made.new_bytes / _MIB:,.1f} MiB of them new.",
        markup=False,
    )
    if made.forgotten:
        console.print(f"{made.forgotten} older copies were removed.")


@told_plainly
def restore(
    backup: Annotated[
        Path, typer.Argument(help="A copy (….json), or a folder of copies: then its newest.")
    ],
    into: Annotated[Path, typer.Option("--into", help="The home to make: a new or empty folder.")],
) -> None:
    """Put a copy back as a new home, and prove by the audit that nothing was lost."""
    from pipelines.declarations.forms import load_forms
    from pipelines.ledger.catalogue import FORMS_FOLDER
    from pipelines.operations.restore import restore as put_back

    restored = put_back(backup, into, load_forms(FORMS_FOLDER), say)
    manifest = restored.manifest
    console.print(
        f"{restored.home.root}: {len(manifest.entries):,} files as of {manifest.made_at:%Y-%m-%d %H:%M},"
        f" release {manifest.release or '—'}; every one has its hash.",
        markup=False,
    )
    for note in (*restored.notes, restored.unproved):
        if note:
            errors.print(note, style="yellow", markup=False)
    if restored.proofs:
        terminal.show_audit(console, restored.proofs)
    if not all(proof.holds for proof in restored.proofs):
        raise typer.Exit(1)
