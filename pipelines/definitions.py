"""The composition root: what Dagster loads. Assembles, decides nothing."""

from pathlib import Path

from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.settings import Environment, silence_library_notices, switch_telemetry_off

switch_telemetry_off()
silence_library_notices()
# Nobody sits at a terminal: what may pass is tried again.
_HOME = HomeResource(root=str(Environment().home or Path.cwd()), is_patient=True)
defs = build_definitions(_HOME, RunResults())
