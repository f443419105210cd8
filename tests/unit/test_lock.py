"""One load or audit of a home at a time; the other waits and says so."""

import subprocess
import sys
import threading

import pytest

from pipelines.lock import only_writer
from pipelines.problems import OperatorError
from pipelines.settings import Home

HOLD = """
import sys
from pathlib import Path
from pipelines.lock import only_writer
from pipelines.settings import Home
with only_writer(Home(Path(sys.argv[1])), 0, print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        if not process.stdin.closed:
            process.stdin.close()


def test_a_second_writer_gives_up_after_its_time_with_a_remedy(tmp_path, holder):
    said = []
    with (
        pytest.raises(OperatorError) as fault,
        only_writer(Home(tmp_path), 0.1, said.append),
    ):
        pytest.fail("two writers at once")
    assert str(tmp_path) in fault.value.cause and fault.value.remedy


def test_a_second_writer_says_that_it_waits_and_then_goes_on(tmp_path, holder):
    said = []
    threading.Timer(0.3, holder.stdin.close).start()
    with only_writer(Home(tmp_path), 30, said.append):
        pass
    assert len(said) == 1 and "waiting" in said[0]


def test_the_lock_is_free_again_after_a_failure(tmp_path):
    said = []
    with pytest.raises(RuntimeError), only_writer(Home(tmp_path), 0, said.append):
        raise RuntimeError
    with only_writer(Home(tmp_path), 0, said.append):
        pass
    assert said == []
