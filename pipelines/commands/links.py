"""``taizhang links propose | confirm | reject``: who in the ledger may be whom in the statistics library.

What is asked and printed; finding candidates and writing decisions down is ``reconciliation``'s.
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import clock
from pipelines.commands.telling import HomeOption, JsonOption, NowOption, console, say, told_plainly
from pipelines.declarations.links import LinkDecision
from pipelines.problems import OperatorError
from pipelines.settings import Home
from pipelines.text import one_line, printable_json

links_app = typer.Typer(
    no_args_is_help=True, help="Links between the ledger and the statistics library (restricted)."
)

CandidateArgument = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="A candidate, as `links propose` names it.")
]
LeftOption = Annotated[str | None, typer.Option("--left", help="The project code of the ledger.")]
RightOption = Annotated[str | None, typer.Option("--right", help="The statistics code.")]
ByOption = Annotated[str, typer.Option("--by", help="Who decided.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="Why.")]


@links_app.command("propose")
@told_plainly
def propose_candidates(
    home: HomeOption,
    period: Annotated[
        str | None, typer.Option(help="A month with a statistics return; the latest by default.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="One unit only, by code or name.")] = None,
    at_least: Annotated[
        float, typer.Option(min=0, max=1, help="The least score that is shown.")
    ] = 0.5,
    limit: Annotated[int, typer.Option(min=1, help="How many are shown at most.")] = 20,
    as_json: JsonOption = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write all of them into this file instead.")
    ] = None,
) -> None:
    """Ledger projects and statistics records that may be the same, best first, with the reasons."""
    from pipelines.reconciliation import candidate_lists
    from pipelines.reconciliation.deciding import propose

    place = Home(home)
    place.settings()
    proposals = propose(place, period, unit, at_least)
    if csv_file is not None:
        if csv_file.exists() or not csv_file.parent.is_dir():
            raise OperatorError(
                f"{csv_file} cannot be written.", "Name a new file in a folder that exists."
            )
        csv_file.touch(mode=0o600)
        csv_file.write_bytes(candidate_lists.candidates_csv(proposals))
        console.print(f"Wrote {len(proposals.candidates)} candidates to {csv_file} (restricted).")
    elif as_json:
        shown = candidate_lists.candidates_json(proposals)
        shown["candidates"] = shown["candidates"][:limit]
        print(printable_json(shown, indent=2))
    else:
        for one in proposals.candidates[:limit]:
            for line in candidate_lists.candidate_words(proposals, one):
                console.print(one_line(line))
        shown_count = min(limit, len(proposals.candidates))
        console.print(
            f"{proposals.month.period}: {shown_count} of {len(proposals.candidates)} candidates."
            " Then: taizhang links confirm ID --by WHO, or links reject ID --by WHO."
        )


@links_app.command("confirm")
@told_plainly
def confirm_link(
    home: HomeOption,
    by: ByOption,
    candidate: CandidateArgument = None,
    left: LeftOption = None,
    right: RightOption = None,
    note: NoteOption = None,
    now: NowOption = None,
) -> None:
    """They are the same project: a row in config/links.csv, in force from the next load on."""
    _decide(home, candidate, left, right, "confirmed", by, note, now)


@links_app.command("reject")
@told_plainly
def reject_link(
    home: HomeOption,
    by: ByOption,
    candidate: CandidateArgument = None,
    left: LeftOption = None,
    right: RightOption = None,
    note: NoteOption = None,
    now: NowOption = None,
) -> None:
    """They are not the same project: never matched by name nor proposed again."""
    _decide(home, candidate, left, right, "rejected", by, note, now)


def _decide(
    home: Path,
    candidate: str | None,
    left: str | None,
    right: str | None,
    decision: LinkDecision,
    by: str,
    note: str | None,
    now: str | None,
) -> None:
    from pipelines.reconciliation.deciding import decide

    if candidate and (left or right):
        raise OperatorError("A candidate is named, and codes as well.", "Name one or the other.")
    if not by.strip():
        raise OperatorError("It is not said who decided.", "Name the person or body: --by WHO.")
    place = Home(home)
    moment = clock.read_now(now, place.settings().district.timezone)
    pair = decide(place, candidate, (left, right), decision, (by, note), moment, say)
    console.print(
        f"{decision}: {pair.code} {one_line(pair.project_name)} and {pair.statistics_code}."
        " The next load takes it up: taizhang load --home HOME"
    )
