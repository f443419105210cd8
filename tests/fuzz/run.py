"""One coverage-guided run: ``python tests/fuzz/run.py CONTAINER [libFuzzer options]``, by default for two minutes.

Needs atheris, which is not among the product's packages (docs/adr/0020). New inputs go to ``build/fuzz``; a fault ends
the run and is written there too. What is worth keeping, and small, is put into ``corpus`` by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parents[1])]

import atheris  # noqa: E402

with atheris.instrument_imports(include=["pipelines.workbooks"]):
    from fuzz_targets import CORPUS, TARGETS

_OPTIONS = {"max_total_time": 120, "max_len": 4_096, "timeout": 10, "rss_limit_mb": 2_048}


def main() -> None:
    """Feed one container's reader until the time is over or something breaks."""
    container, *given = sys.argv[1:]
    found = HERE.parents[1] / "build" / "fuzz" / container
    found.mkdir(parents=True, exist_ok=True)
    named = {option.partition("=")[0].lstrip("-") for option in given}
    usual = [f"-{name}={value}" for name, value in _OPTIONS.items() if name not in named]
    options = [
        *usual,
        f"-artifact_prefix={found}/fault-",
        *given,
        str(found),
        str(CORPUS / container),
    ]
    atheris.Setup([sys.argv[0], *options], TARGETS[container])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
