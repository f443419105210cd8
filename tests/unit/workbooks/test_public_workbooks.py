"""Ordinary and hostile public workbooks: each is read whole or refused in words, and nothing else."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("public_workbooks")

REPOSITORY = Path(__file__).resolve().parents[3]
PUBLIC = REPOSITORY.parent / "shared" / "data" / "workbooks"

READABLE = {
    "46535.xlsx", "51535.xls", "57893-many-merges.xlsx", "64508.xlsx", "HiddenMergeCellsTest.xlsx",
    "Simple.xlsb", "Test10x10000.xlsx", "any_sheets.ods", "any_sheets.xlsx", "comment03.xlsx",
    "date.xlsx", "date_1904.xlsx", "errors.xlsx", "formulas.xlsx", "header-row.xlsx",
    "issue_174.xlsx", "merged_range.xlsx", "strict_iso_paths.xlsx", "t04.xlsx", "temperature.xlsx",
    "type_excel.ods", "utf16be.xlsx",
}  # fmt: skip
REFUSED = {
    "encrypted.xlsx", "oleloop.xls", "password.xlsx", "poc-xmlbomb.xlsx", "test-missing-sheet.xlsx",
    "xlsx-corrupted.xlsx",
}  # fmt: skip
# Damaged or odd in a way a patient reader may see through: either is right, silence is not.
EITHER = {
    "Test_Issue_12556_corrupt.xls", "WrongFormulaRecordType.xls", "corrupted_error.xls",
    "one_sheet_with_invalid_xml_characters.xlsx",
}  # fmt: skip

READ = """
import sys
from pathlib import Path
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.reading import ReadingLimits, read_workbook
for name in sys.argv[1:]:
    try:
        workbook = read_workbook(Path(name).read_bytes(), ReadingLimits())
    except UnreadableFileError as refused:
        print(Path(name).name, "refused", refused.sentence, sep="\\t", flush=True)
        continue
    for sheet in workbook.sheets:
        assert sheet.counted_cells in (None, sheet.used_cells)
    cells = sum(sheet.used_cells for sheet in workbook.sheets)
    print(Path(name).name, "read", cells, sep="\\t", flush=True)
"""


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


def read_in_child(paths):
    return subprocess.run(
        [sys.executable, "-c", READ, *map(str, paths)],
        capture_output=True, text=True, timeout=60, cwd=REPOSITORY, check=False,
        preexec_fn=limit_memory,
    )  # fmt: skip


@pytest.fixture(scope="module")
def results():
    """What became of each file: (read, cells) or (refused, sentence)."""
    if not PUBLIC.is_dir():
        pytest.fail(f"{PUBLIC} does not exist: the shared folder must lie beside the checkout")
    paths = sorted(PUBLIC.iterdir())
    done = read_in_child(paths)
    told = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    for path in paths:  # whatever ended the child is the next file's own fault
        if path.name not in told:
            told[path.name] = f"fault\t{done.stderr[-2000:]}"
            rest = paths[paths.index(path) + 1 :]
            done = read_in_child(rest)
            told |= dict(line.split("\t", 1) for line in done.stdout.splitlines())
    return {name: tuple(line.split("\t", 1)) for name, line in told.items()}


def test_the_public_workbooks_are_all_known(results):
    assert set(results) == READABLE | REFUSED | EITHER


@pytest.mark.parametrize("name", sorted(READABLE))
def test_a_readable_workbook_is_read_and_its_cells_counted_twice(results, name):
    what, cells = results[name]
    assert what == "read", cells
    assert int(cells) >= 0


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_any_other_is_refused_with_a_sentence_for_a_clerk(results, name):
    what, sentence = results[name]
    assert what == "refused", sentence
    assert "请" in sentence and sentence.endswith("。")


@pytest.mark.parametrize("name", sorted(EITHER))
def test_a_damaged_workbook_is_read_whole_or_refused(results, name):
    assert results[name][0] in ("read", "refused"), results[name]
