"""Writing a generated page, or telling that it is stale. What a page says is its own script's."""

import argparse
import sys
from pathlib import Path


def write_or_check(page: Path, text: str, description: str | None) -> int:
    """Write the page; with ``--check`` only compare it, exit code 1 when it is stale."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare only")
    if not parser.parse_args().check:
        page.write_text(text, "utf-8")
        return 0
    if page.is_file() and page.read_text("utf-8") == text:
        return 0
    print(f"{page} is stale; run: python {sys.argv[0]}", file=sys.stderr)
    return 1
