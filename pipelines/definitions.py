"""The composition root: what Dagster loads. Assembles, decides nothing."""

from pathlib import Path

from pipelines.orchestration.assembly import build_definitions
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.settings import Environment, switch_telemetry_off

switch_telemetry_off()
defs = build_definitions(HomeResource(root=str(Environment().home or Path.cwd())), RunResults())
