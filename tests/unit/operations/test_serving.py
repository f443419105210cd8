"""A service that could not load anything does not begin."""

from homes import a_home
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.operations.marks import dagster_home
from pipelines.orchestration import dbt_manifest


def test_a_project_that_was_not_prepared_is_told_before_anything_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(dbt_manifest, "_MANIFEST", tmp_path / "manifest.json")
    home = a_home(tmp_path / "home")
    told = CliRunner().invoke(app, ["serve", "--home", str(home.root)])
    assert told.exit_code == 1
    assert "make setup" in told.output
    assert not dagster_home(home).exists()
