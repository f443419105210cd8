"""Runs a command that ends with the process that started it, also where that one is killed without a word.

``python -m pipelines.operations.bound_child COMMAND …``: the kernel is asked for a signal at the parent's death, then this
process becomes the command. Nothing of the product is imported here.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(command: list[str]) -> None:
    """Become the command. Linux alone knows the signal; without it the command runs unbound."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died meanwhile
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
