"""The console command, and ``python -m pipelines``.

Imports next to nothing by itself: a process that Python starts beside this one begins by importing this module too.
"""


def main() -> None:
    """Run the command line and end with its exit code."""
    from pipelines import interpreter

    interpreter.collect_seldom()
    from pipelines.cli import app

    try:
        app()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            interpreter.end_at_once(ended.code or 0)
        raise


if __name__ == "__main__":
    main()
