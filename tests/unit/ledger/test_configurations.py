"""What a load worked with is kept byte for byte, once for every content, and can be laid out again."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

import pytest
from homes import a_home
from small_district import declared_forms

from pipelines.intake.archive import archive_path, stored_hashes
from pipelines.ledger import catalogue as catalogues
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.configurations import keep_configuration, lay_out, read_configuration
from pipelines.ledger.receipts import begin_load, finish_load
from pipelines.ledger.work_database import open_work_database
from pipelines.problems import OperatorError
from pipelines.release.home_proofs import archive
from pipelines.settings import Home

NOW = datetime(2019, 7, 5, 18)


@pytest.fixture
def home(tmp_path):
    return a_home(tmp_path / "home")


@pytest.fixture
def connection(home):
    with open_work_database(home, declared_forms()) as connection:
        yield connection


def load(connection, home, moment):
    """A load that only keeps its configuration; returns the hash it noted."""
    load_id = begin_load(connection, moment)
    keep_configuration(connection, home.archive, load_id, read_configuration(home))
    finish_load(connection, load_id)
    return connection.execute(
        "select config_hash from raw.loads where load_id = ?", [load_id]
    ).fetchall()[0][0]


def test_settings_and_tables_go_into_the_archive_and_nothing_else(home, connection):
    (home.config / "notes.txt").write_text("no table", "utf-8")
    load(connection, home, NOW)
    kept = connection.execute("select path, sha256 from raw.config_files order by path").fetchall()
    assert [path for path, _ in kept] == [
        "config/links.csv", "config/reporting_plan.csv", "config/units.csv", "taizhang.toml",
    ]  # fmt: skip
    for path, sha256 in kept:
        assert archive_path(home.archive, sha256).read_bytes() == (home.root / path).read_bytes()
    assert stored_hashes(home.archive) == {sha256 for _, sha256 in kept}


def test_a_configuration_that_is_known_is_written_once(home, connection):
    first = load(connection, home, NOW)
    before = {p: p.stat().st_mtime_ns for p in home.archive.rglob("*")}
    assert load(connection, home, NOW + timedelta(days=1)) == first
    assert {p: p.stat().st_mtime_ns for p in home.archive.rglob("*")} == before
    assert connection.execute("select count(*) from raw.config_files").fetchall() == [(4,)]


def test_a_change_of_one_byte_is_another_configuration_and_both_can_be_laid_out(
    home, connection, tmp_path
):
    first = load(connection, home, NOW)
    units = (home.config / "units.csv").read_bytes()
    (home.config / "units.csv").write_bytes(units + b"\r\n")
    second = load(connection, home, NOW + timedelta(days=1))
    assert second != first
    for config_hash, expected in ((first, units), (second, units + b"\r\n")):
        then = Home(tmp_path / config_hash)
        then.root.mkdir()
        lay_out(connection, home.archive, config_hash, then)
        assert (then.config / "units.csv").read_bytes() == expected
        assert read_configuration(then).digest == config_hash
        assert read_catalogue(then).settings == home.settings()


def test_a_load_before_configurations_were_kept_says_so(home, connection, tmp_path):
    with pytest.raises(OperatorError, match="not kept"):
        lay_out(connection, home.archive, None, Home(tmp_path / "then"))


def test_the_audit_misses_a_lost_file_and_names_an_altered_one(home, connection):
    load(connection, home, NOW)
    assert archive(connection, home).faults == ()
    hashes = read_configuration(home).hashes
    lost = archive_path(home.archive, hashes["config/units.csv"])
    altered = archive_path(home.archive, hashes["taizhang.toml"])
    lost.unlink()
    altered.chmod(0o600)
    altered.write_bytes(altered.read_bytes()[::-1])
    faults = archive(connection, home).faults
    assert len(faults) == 2
    assert all(fault.startswith("configuration file ") for fault in faults)
    assert {fault.rsplit(" ", 2)[-1] for fault in faults} == {"missing", "altered"}


def test_a_file_saved_while_it_is_read_is_read_again(home, monkeypatch):
    """What is kept is what was read."""
    read = catalogues._read

    def slow(place, configuration):
        found = read(place, configuration)
        if "反复" not in (place.config / "units.csv").read_text("utf-8"):
            changed = (place.config / "units.csv").read_text("utf-8") + (
                "fanfu,反复镇,township,,true,townships,,,\n"
            )
            (place.config / "units.csv").write_text(changed, "utf-8")
        return found

    monkeypatch.setattr(catalogues, "_read", slow)
    found = read_catalogue(home)
    assert found.configuration == read_configuration(home)
    assert "fanfu" in {unit.unit_code for unit in found.district.units}


def test_a_missing_table_is_simply_not_kept(home):
    shutil.rmtree(home.config)
    assert [path for path, _ in read_configuration(home).files] == ["taizhang.toml"]
