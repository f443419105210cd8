"""The folder a rebuilt release is laid into: nothing of anybody's is lost in it, and nobody else looks in."""

import os

import pytest
from releases import publish_marts

from pipelines.orchestration.as_known import rebuild_as_known
from pipelines.problems import OperatorError
from pipelines.release.as_known import lay_out_files, new_or_empty
from pipelines.release.publishing import build_in_place

FILES = ["parquet", "reporting.duckdb", "statistics.duckdb"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "then"


def test_a_new_folder_and_an_empty_one_are_the_owners_alone(published, folder, tmp_path):
    build = build_in_place(published)
    (tmp_path / "empty").mkdir(mode=0o755)
    for place in (folder / "deep", tmp_path / "empty"):
        lay_out_files(build, new_or_empty(published, place))
        assert names(place) == FILES
        assert place.stat().st_mode & 0o777 == 0o700
        assert (place / "statistics.duckdb").stat().st_mode & 0o777 == 0o600
        assert names(place / "parquet" / "fct_investment") == ["data.parquet"]


def test_the_working_folder_will_do_where_it_is_empty(published, folder, monkeypatch):
    folder.mkdir()
    monkeypatch.chdir(folder)
    lay_out_files(build_in_place(published), new_or_empty(published, type(folder)(".")))
    assert names(folder) == FILES


@pytest.mark.parametrize("standing", ["parquet/kept", ".then.new/kept", "notes.txt"])
def test_a_folder_with_anything_in_it_is_refused_before_anything_is_built(
    published, folder, standing
):
    kept = folder / standing
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    before = names(published.root)
    with pytest.raises(OperatorError, match="not empty"):
        rebuild_as_known(published, None, folder, str)
    assert kept.read_text() == "mine" and names(published.root) == before


@pytest.mark.parametrize(
    "place", ["published/then", "inbox/jia/then", "archive", "as_known/.building"]
)
def test_a_folder_of_the_home_is_refused(published, place):
    with pytest.raises(OperatorError, match="belongs to the home"):
        new_or_empty(published, published.root / place)
    with pytest.raises(OperatorError, match="not empty"):
        new_or_empty(published, published.root)


def test_a_file_in_the_way_and_a_folder_nobody_may_write_are_told(published, folder, monkeypatch):
    folder.write_text("a file")
    for place in (folder, folder / "below"):
        with pytest.raises(OperatorError, match="cannot be made"):
            new_or_empty(published, place)
    folder.unlink()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OperatorError, match="cannot be made"):
        new_or_empty(published, folder)


def test_files_that_cannot_be_made_leave_nothing(home, folder):
    publish_marts(home)
    build = build_in_place(home)
    build.write_bytes(b"no database")
    with pytest.raises(Exception, match="not a valid DuckDB"):
        lay_out_files(build, new_or_empty(home, folder))
    assert names(folder) == []
