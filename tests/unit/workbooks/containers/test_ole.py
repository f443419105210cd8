"""Compound files: what lies at the top, streams of any size, and chains that lead nowhere or round."""

import struct

import pytest
from ole_files import write_ole

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.ole import OleFile

BIG = bytes(range(256)) * 40
STREAMS = {"Workbook": BIG, "\x05SummaryInformation": b"s", "MBD1/WordDocument": b"inner"}
_FIRST_DIRECTORY = 48


def patched(data, at, *numbers):
    changed = bytearray(data)
    struct.pack_into(f"<{len(numbers)}I", changed, at, *numbers)
    return bytes(changed)


def directory_of(data):
    return (struct.unpack_from("<I", data, _FIRST_DIRECTORY)[0] + 1) * 512


def table_of(data):
    return (struct.unpack_from("<I", data, 76)[0] + 1) * 512


def test_names_at_the_top_and_streams_anywhere_are_found():
    file = OleFile(write_ole(STREAMS))
    assert set(file.names) == {"Workbook", "\x05SummaryInformation", "MBD1"}
    assert "WordDocument" in file.all_names
    assert file.read("WORKBOOK") == BIG
    assert file.read("\x05SummaryInformation") == b"s"
    assert file.read("WordDocument") == b"inner"
    assert file.read("Book") is None
    assert file.read("MBD1") is None, "a storage is no stream"


def test_a_file_of_many_sectors_is_read_through_several_tables():
    content = bytes(range(251)) * 1_000
    assert OleFile(write_ole({"Workbook": content})).read("Workbook") == content


def test_a_file_cut_short_gives_what_is_left_of_a_stream():
    data = write_ole({"a": b"first", "Workbook": BIG})
    changed = patched(data, directory_of(data) + 128 * 2 + 116, len(data) // 512 - 2)
    assert OleFile(changed).read("Workbook").startswith(changed[-512:])


@pytest.mark.parametrize("at", ["directory", "stream"])
def test_a_chain_that_comes_back_to_itself_is_damage(at):
    data = write_ole({"Workbook": BIG})
    first = struct.unpack_from("<I", data, _FIRST_DIRECTORY)[0] if at == "directory" else 3
    data = patched(data, table_of(data) + 4 * first, first)
    with pytest.raises(UnreadableFileError, match="损坏"):
        OleFile(data).read("Workbook")


def test_siblings_that_lead_round_or_nowhere_end_their_branch():
    data = write_ole(STREAMS)
    right = directory_of(data) + 128 + 72
    assert OleFile(patched(data, right, 1)).names == ["Workbook"]
    assert OleFile(patched(data, right, 9_999)).names == ["Workbook"]
    assert "WordDocument" in OleFile(patched(data, right, 1)).all_names


@pytest.mark.parametrize(
    "data",
    [
        b"",
        write_ole({})[:100],
        patched(write_ole({}), 30, 31),
        patched(write_ole({}), _FIRST_DIRECTORY, 0xFFFFFFFE),
        patched(write_ole({}), _FIRST_DIRECTORY, 12_345),
    ],
)
def test_without_a_directory_there_is_nothing_to_read(data):
    with pytest.raises(UnreadableFileError, match="损坏"):
        OleFile(data)
