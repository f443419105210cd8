"""The files of a release that is rebuilt as it once was, laid into a folder of their own.

No release: no number, no switch, no reader is told. How the marts are made as they were is ``ledger.looking_back`` and
dbt; what is published now is ``publishing``.
"""

import shutil
from pathlib import Path

from pipelines.database import open_in_memory, quote_text
from pipelines.release.editions import EDITIONS, build_edition, seal, write_parquet


def lay_out_files(build: Path, folder: Path) -> None:
    """Write the files of a release from a finished build into a folder; what it held under their names is replaced.

    Nobody but the owner may look into the folder: one of the files is restricted.
    """
    made = folder.with_name(f".{folder.name}.new")
    if made.exists():
        shutil.rmtree(made)
    made.mkdir(mode=0o700, parents=True)
    counts: dict[str, int] = {}
    with open_in_memory() as connection:
        connection.execute(f"attach {quote_text(str(build))} as work (read_only)")
        for edition in EDITIONS:
            copied = build_edition(connection, made / edition.file_name, edition)
            counts |= copied if edition.is_open else {}
        write_parquet(connection, made / "parquet", sorted(counts))
    for edition in EDITIONS:
        seal(made / edition.file_name, edition.mode)
    folder.mkdir(mode=0o700, exist_ok=True)
    for part in sorted(made.iterdir()):
        kept = folder / part.name
        if kept.is_dir():
            shutil.rmtree(kept)
        part.replace(kept)
    made.rmdir()
