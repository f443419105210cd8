"""A command ends at once, but not before it has done what it began."""

import subprocess
import sys
from pathlib import Path

import pytest

ENDING = """
import atexit, sys, threading, time
from pipelines.interpreter import end_at_once

class Costly:
    def __del__(self):
        print("taken apart")

held = Costly()
atexit.register(print, "registered for the end")
threading.Thread(target=lambda: (time.sleep(0.3), print("a thread"))).start()
sys.stdout.write("said ")
end_at_once({code})
"""


@pytest.mark.parametrize("code", [0, 3])
def test_threads_are_joined_what_is_registered_is_called_and_nothing_is_taken_apart(code):
    done = subprocess.run(
        [sys.executable, "-c", ENDING.format(code=code)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "said a thread\nregistered for the end\n"
    assert (done.returncode, done.stderr) == (code, "")


def test_output_that_can_no_longer_be_written_is_a_failure():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", ENDING.format(code=0)], stdout=full, check=False
        )
    assert done.returncode == 1


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["no-such-command"], 2)])
def test_the_command_line_ends_with_its_exit_code(arguments, code):
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert ("taizhang" in done.stdout) == (code == 0)
