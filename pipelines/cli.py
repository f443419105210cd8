"""The same jobs from a terminal: ``taizhang init | load | watch | check | template | audit | …``.

Says what happened in plain words; exit codes are those of the contract, §1.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines import clock, terminal
from pipelines.commands.export import export
from pipelines.commands.links import links_app
from pipelines.commands.operations import backup, health, restore
from pipelines.commands.release import release_app
from pipelines.commands.serving import dev, serve
from pipelines.commands.telling import (
    HomeOption,
    JsonOption,
    NowOption,
    console,
    errors,
    say,
    told_plainly,
)
from pipelines.problems import OperatorError
from pipelines.profiles import (
    bundled_profiles,
    deliver,
    deliveries,
    find_profile,
    make_home,
    make_sample_home,
)
from pipelines.settings import (
    DEFAULT_TIMEZONE,
    PROJECT_ROOT,
    Home,
)
from pipelines.text import printable_json

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="taizhang 台账: key-project returns (Excel) into a reporting warehouse (DuckDB).",
)
rules_app = typer.Typer(no_args_is_help=True, help="The rule catalogue.")
app.add_typer(rules_app, name="rules")
explain_app = typer.Typer(no_args_is_help=True, help="Why a score or a light is what it is.")
app.add_typer(explain_app, name="explain")
app.add_typer(links_app, name="links")
app.command()(export)
app.add_typer(release_app, name="release")
for command in (dev, serve, health, backup, restore):
    app.command()(command)


@app.command()
@told_plainly
def init(
    home: Annotated[Path, typer.Argument(help="The folder to make.")],
    profile: Annotated[str, typer.Option("--profile", help="A bundled district.")],
) -> None:
    """Make a working home for a district."""
    made = make_home(home, find_profile(profile))
    console.print(f"Made {made.root} for {made.settings().district.name}.", markup=False)
    console.print(f"Returns go to {made.inbox}/<unit code>/, then: taizhang load --home {home}")


@app.command()
@told_plainly
def load(
    context: typer.Context,
    home: HomeOption,
    now: NowOption = None,
    accept_change: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="Why the release may change beyond [release]'s limits."
        ),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build every mart anew, from the ledger alone.")
    ] = False,
    as_known: Annotated[
        str | None,
        typer.Option(
            metavar="TIMESTAMP",
            help="Load nothing: rebuild every mart as it was published at that moment (a date: at its end).",
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            help="With --as-known: the folder for the files (HOME/as_known/… if left out)."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """One complete load: receive, read, validate, build the marts, audit, publish."""
    Home(home).settings()
    _refuse_what_would_be_ignored(context, as_known is not None)
    if accept_change is not None and not accept_change.strip():
        raise OperatorError(
            "It is not said why the change is accepted.", 'Say it: --accept-change "REASON".'
        )
    if as_known is not None:
        _rebuild(Home(home), as_known, into)
        return
    run_load = _load_runner(for_one_load=True)
    with terminal.stage_progress(errors, quiet=as_json) as listener:
        result = run_load(
            home, now, listener, say, accept_change=accept_change, full_refresh=full_refresh
        )
    if as_json:
        print(printable_json(terminal.load_as_json(result), indent=2))
    else:
        terminal.show_load(console, result, Home(home))
    if result.failure is not None:
        if as_json:
            errors.print(result.failure, markup=False)
        raise typer.Exit(1)


def _refuse_what_would_be_ignored(context: typer.Context, is_looking_back: bool) -> None:
    """Raise OperatorError for options that were typed and mean nothing to what was asked for."""
    of_a_load = ("now", "accept_change", "full_refresh", "as_json")
    senseless = [
        "--" + name.removeprefix("as_").replace("_", "-")
        for name in (of_a_load if is_looking_back else ("into",))
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    ]
    if senseless:
        with_or_without = "with" if is_looking_back else "without"
        raise OperatorError(
            f"{', '.join(senseless)} means nothing {with_or_without} --as-known.",
            "Leave it out, or ask for one thing at a time.",
        )


def _rebuild(home: Home, as_known: str, into: Path | None) -> None:
    from pipelines.orchestration.as_known import rebuild_as_known

    moment = clock.read_past(as_known, home.settings().district.timezone)
    rebuilt = rebuild_as_known(home, moment, into, say)
    past = rebuilt.past
    console.print(f"Release {past.release_id} of {past.now_at}: {rebuilt.folder}", markup=False)
    if not rebuilt.is_same_product:
        console.print(
            "It was published with another version of the product: these are its figures by"
            " today's methods.",
            markup=False,
        )


@app.command()
@told_plainly
def check(
    file: Annotated[Path, typer.Argument(help="The workbook to look at.")],
    unit: Annotated[str, typer.Option("--unit", help="The unit that would send it.")],
    form: Annotated[str | None, typer.Option("--form", help="The form, if it is known.")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="Check against this home.")] = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dry run of one workbook: every finding is printed, nothing is changed."""
    from pipelines.ledger.checking import check_file

    if not file.is_file():
        errors.print(f"{file} cannot be read: there is no such file.", markup=False)
        raise typer.Exit(2)
    place = Home(home) if home else None
    timezone = place.settings().district.timezone if place else DEFAULT_TIMEZONE
    result = check_file(file, unit, form, place, clock.read_now(now, timezone))
    if as_json:
        print(printable_json(terminal.check_as_json(result), indent=2))
    else:
        terminal.show_check(console, result)
    raise typer.Exit(result.exit_code)


@app.command()
@told_plainly
def template(
    form: Annotated[str, typer.Argument(help="The form, for example progress_report.")],
    unit: Annotated[str, typer.Option("--unit", help="The unit that will send it.")],
    period: Annotated[str, typer.Option("--period", help="2019, 2019-03 or 2019-03-H1.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .xlsx file to write.")],
    home: Annotated[
        Path | None, typer.Option("--home", help="Fill in what this home knows of the unit.")
    ] = None,
) -> None:
    """An empty or prefilled return to hand to a submitter."""
    from pipelines.feedback.issuing import issue_template

    if output.suffix.lower() != ".xlsx" or not output.parent.is_dir():
        raise OperatorError(
            f"{output} cannot be written.", "Name an .xlsx file in a folder that exists."
        )
    written = issue_template(form, unit, period, Home(home) if home else None)
    output.write_bytes(written)
    console.print(f"Wrote {output}.", markup=False)


@app.command()
@told_plainly
def audit(home: HomeOption) -> None:
    """Prove that nothing was lost; exit code 1 when anything is unaccounted for."""
    from pipelines.declarations.forms import load_forms
    from pipelines.ledger.catalogue import FORMS_FOLDER
    from pipelines.lock import only_builder, only_writer
    from pipelines.release.audit import audit_home

    place = Home(home)
    wait = place.settings().limits.lock_wait_seconds
    with only_builder(place, wait, say), only_writer(place, wait, say):
        proofs = audit_home(place, load_forms(FORMS_FOLDER), wait)
    terminal.show_audit(console, proofs)
    if not all(proof.holds for proof in proofs):
        raise typer.Exit(1)


@app.command()
@told_plainly
def watch(
    home: HomeOption,
    seconds: Annotated[float, typer.Option(help="How often the inbox is looked at.")] = 2.0,
) -> None:
    """Stay running and answer every return within seconds; the marts follow with the next load."""
    place = Home(home)
    place.settings()
    from pipelines.validation.evaluation import start_early

    start_early()
    from pipelines.orchestration.quick import answer_now
    from pipelines.orchestration.watching import watch_inbox

    console.print(f"Watching {place.inbox} (Ctrl-C ends it).", markup=False)
    for result in watch_inbox(place, answer_now, seconds, say):
        terminal.show_answers(console, result)
        if result.failure is not None:
            errors.print(result.failure, style="red", markup=False)


@app.command()
@told_plainly
def messages(
    home: HomeOption,
    requeue: Annotated[
        str | None, typer.Option(help="Queue again what is held, given_up or unconfirmed.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send what is due now.")] = False,
    now: NowOption = None,
) -> None:
    """The messages to units that wait, and why; on demand they are queued again or sent."""
    from pipelines.alerts.delivery import deliver
    from pipelines.alerts.waiting import waiting_messages
    from pipelines.ledger.catalogue import read_catalogue

    place = Home(home)
    catalogue = read_catalogue(place)
    moment = clock.read_now(now, catalogue.settings.district.timezone)
    listed, count = waiting_messages(place, catalogue, moment, requeue, say)
    if requeue is not None:
        console.print(f"{count} message(s) queued again.")
    if send:
        report = deliver(place, catalogue, moment, say)
        terminal.show_deliveries(console, report)
    else:
        terminal.show_messages(console, listed)


@rules_app.command("try")
@told_plainly
def try_one(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule of the catalogue.")],
    home: HomeOption,
    as_json: JsonOption = False,
) -> None:
    """How a rule would have fared on everything received so far; nothing is changed."""
    from pipelines.ledger.catalogue import read_catalogue
    from pipelines.ledger.trying import try_rule

    place = Home(home)
    with terminal.stage_progress(errors, quiet=as_json) as listener:
        trial = try_rule(
            place, read_catalogue(place), rule_id, lambda done, all_: listener("try", done, all_)
        )
    if as_json:
        print(printable_json(terminal.trial_as_json(trial), indent=2))
    else:
        terminal.show_trial(console, trial)


PeriodArgument = Annotated[str, typer.Argument(help="2019-06, or 2019-06-H1 for a half-month.")]


@explain_app.command("score")
@told_plainly
def explain_one_score(
    unit: Annotated[str, typer.Argument(help="A unit, by code or name.")],
    period: PeriodArgument,
    home: HomeOption,
) -> None:
    """A unit's score of a month: inputs, rule and arithmetic of every indicator, in words."""
    from pipelines.reports.explanations import explain_score

    terminal.show_explanation(console, explain_score(Home(home).reporting_database, unit, period))


@explain_app.command("light")
@told_plainly
def explain_one_light(
    project: Annotated[str, typer.Argument(help="A project, by code or name.")],
    period: PeriodArgument,
    home: HomeOption,
) -> None:
    """A project's light of a period: inputs, rule and arithmetic, in words."""
    from pipelines.reports.explanations import explain_light

    terminal.show_explanation(
        console, explain_light(Home(home).reporting_database, project, period)
    )


@app.command()
@told_plainly
def replay(
    profile: Annotated[
        str | None, typer.Option("--profile", help="One bundled district; all of them by default.")
    ] = None,
    folder: Annotated[Path, typer.Option("--into", help="Where the homes are made.")] = PROJECT_ROOT
    / "warehouse"
    / "data",
) -> None:
    """Make homes from bundled districts afresh and load their sample returns."""
    chosen = [find_profile(profile)] if profile else [p for p in bundled_profiles() if p.is_ready]
    for found in chosen:
        _replay_one(found.name, folder / found.name)


def _load_runner(for_one_load: bool = False) -> Callable[..., Any]:
    """The load job. Its libraries take seconds to import, those of the validator in a child meanwhile."""
    from pipelines.validation.evaluation import start_early

    start_early(for_one_load)
    from pipelines.orchestration.running import run_load

    return run_load


def _replay_one(name: str, root: Path) -> None:
    run_load = _load_runner()
    profile = find_profile(name)
    home = make_sample_home(root, profile)
    console.print(f"\n{profile.title}", style="bold", markup=False)
    for moment, arrived in deliveries(profile):
        deliver(home, arrived, home.settings().district.timezone)
        console.print(f"{moment:%Y-%m-%d}: {len(arrived)} files in the inbox", markup=False)
        with terminal.stage_progress(errors) as listener:
            result = run_load(root, moment.isoformat(), listener, say)
        terminal.show_load(console, result, home)
        if result.failure is not None:
            raise typer.Exit(1)
    terminal.show_where_to_look(console, home)
