"""What stands in docs/deployment and the Containerfile fits the product: commands, options, files, hardening.

There is no container engine where the tests run: the file is read, not built.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main
from replays import REPOSITORY

from pipelines.cli import app

UNITS = sorted((REPOSITORY / "docs" / "deployment" / "systemd").glob("taizhang*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
CONTAINERFILE = (REPOSITORY / "Containerfile").read_text("utf-8")
INSTALLED = "/opt/taizhang/.venv/bin/taizhang"
COMMAND = re.compile(r"taizhang ((?:serve|health|backup)\b[^|\n]*)")
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def commands():
    texts = {path.name: path.read_text("utf-8") for path in SERVICES} | {
        "Containerfile": CONTAINERFILE
    }
    return [
        pytest.param(found.strip(), id=f"{name}: {found.split()[0]}")
        for name, text in texts.items()
        for line in text.splitlines()
        if line.startswith(("ExecStart=", "CMD ", "    CMD "))
        for found in COMMAND.findall(line)
    ]


@pytest.mark.parametrize("words", commands())
def test_every_command_is_one_of_the_products(words):
    name, *rest = words.split()
    group = typer.main.get_command(app)
    known = {option for p in group.commands[name].params for option in (*p.opts, *p.secondary_opts)}
    assert {word for word in rest if word.startswith("--")} <= known


def test_each_unit_runs_a_command_of_its_own():
    assert len(commands()) == len(SERVICES) + 2 and len(SERVICES) == 3


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_nobodys_but_its_own_users(path):
    lines = set(path.read_text("utf-8").splitlines())
    assert {
        "User=taizhang", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
        "PrivateTmp=yes", "CapabilityBoundingSet=", "UMask=0077",
    } <= lines  # fmt: skip
    assert any(line.startswith("MemoryMax=") for line in lines)
    # Who holds a lock is read from /proc/locks.
    assert not any(line.startswith("ProcSubset=") for line in lines)


@pytest.fixture
def installed(tmp_path):
    """The units with a program in place that is there."""
    for path in UNITS:
        text = path.read_text("utf-8").replace(INSTALLED, "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


@needs_systemd
def test_systemd_understands_every_unit(installed):
    units = sorted(installed.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "taizhang" in line]
    assert (done.returncode, told) == (0, [])


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_hardened(installed, path):
    """At most 2.0 of 10: what is open is what the service needs."""
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20"]
    done = subprocess.run(
        [*command, installed / path.name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def copied():
    lines = re.findall(r"^COPY (.+)$", CONTAINERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


@pytest.mark.parametrize("source", copied())
def test_what_the_container_copies_is_there(source):
    assert (REPOSITORY / source).exists()
    ignored = (REPOSITORY / ".containerignore").read_text("utf-8").splitlines()
    assert source not in ignored


def test_the_container_holds_every_folder_the_product_reads():
    folders = {
        found
        for path in (REPOSITORY / "pipelines").rglob("*.py")
        for found in re.findall(r'PROJECT_ROOT\s*/\s*"(\w+)"', path.read_text("utf-8"))
    }
    assert {"dbt_project", "sources", "expectations", "warehouse"} <= folders <= set(copied())


def test_the_container_sets_up_as_the_makefile_does_and_runs_as_nobody_special():
    (target,) = re.findall(r"^RUN make (\w+)", CONTAINERFILE, re.MULTILINE)
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    needed = re.findall(r"^\$\(BIN\)/\.installed: (.+)$", makefile, re.MULTILINE)[0].split()
    assert set(needed) <= set(copied())
    user = re.findall(r"^USER (\w+)$", CONTAINERFILE, re.MULTILINE)
    assert user and user[-1] != "root"
    assert CONTAINERFILE.index("RUN make") < CONTAINERFILE.index("USER ")


def test_a_warning_does_not_restart_a_container(tmp_path):
    """Engines know well and unwell alone: 0 and 1; 2 is not theirs to use."""
    (check,) = re.findall(r"^\s+CMD (.+)$", CONTAINERFILE, re.MULTILINE)
    program = tmp_path / "taizhang"
    for told, wanted in ((0, 0), (1, 0), (2, 1)):
        program.write_text(f"#!/bin/sh\nexit {told}\n", "utf-8")
        program.chmod(0o755)
        surroundings = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TAIZHANG_HOME": "/srv/home"}
        done = subprocess.run(["sh", "-c", check], env=surroundings, check=False)
        assert done.returncode == wanted


def test_the_page_names_every_unit():
    page = (REPOSITORY / "docs" / "deployment" / "README.md").read_text("utf-8")
    assert [path.name for path in UNITS if path.name not in page] == []
    assert Path(REPOSITORY / "docs" / "runbooks" / "health.md").is_file()
