"""``taizhang serve | dev``: the service left running over a home, and its Dagster UI for an afternoon.

How processes are kept running is ``operations.service``; what runs in them is put together in ``definitions``.
"""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines import clock
from pipelines.commands.telling import console, errors, say, told_plainly
from pipelines.settings import PROJECT_ROOT, Environment, Home

ServedHome = Annotated[
    Path, typer.Option("--home", help="The working home.", envvar="TAIZHANG_HOME")
]
PortOption = Annotated[int, typer.Option(help="The port of the UI.", min=1, max=65535)]


@told_plainly
def serve(
    home: ServedHome,
    host: Annotated[str, typer.Option(help="The address of the UI.")] = "127.0.0.1",
    port: PortOption = 3000,
    storage: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A dagster.yaml to begin with."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch/--no-watch", help="Answer returns within seconds.")
    ] = True,
) -> None:
    """Stay running unattended: Dagster's UI and daemon, and answers within seconds."""
    from pipelines.operations import service
    from pipelines.orchestration.dbt_manifest import read_manifest

    place = Home(home)
    zone = place.settings().district.timezone
    # Without it the code would never load, and nobody would be told why nothing is loaded in the morning.
    read_manifest()
    service.lay_out_storage(place, storage)
    if service.is_open_to_others(host):
        errors.print(
            f"Warning: {host} can be reached from other machines, and Dagster's UI has no login:"
            " whoever opens it can start and end loads. Put a proxy with a login before it.",
            style="yellow",
            markup=False,
        )
    console.print(f"http://{host}:{port} over {place.root}  (Ctrl-C ends it)", markup=False)
    now = clock.read_now(Environment().now, zone)
    service.serve(place, host, port, watch, now, say)


@told_plainly
def dev(home: ServedHome, port: PortOption = 3000) -> None:
    """The Dagster UI on this project, over one home (loopback only)."""
    from pipelines.operations import service

    place = Home(home)
    place.settings()
    service.lay_out_storage(place, None)
    dagster = str(Path(sys.executable).with_name("dagster"))
    console.print(f"http://127.0.0.1:{port}  (Ctrl-C ends it)")
    command = [dagster, "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)]
    with service.only_service(place):
        environment = service.surroundings(place)
        done = subprocess.run(command, env=environment, cwd=PROJECT_ROOT, check=False)
    raise typer.Exit(done.returncode)
