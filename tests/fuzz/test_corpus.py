"""Every file a fuzzer has kept is read to its end, or refused with a sentence."""

import pytest
from fuzz_targets import CORPUS, TARGETS, kept

LARGEST_KEPT = 4_096
FILES = [(container, path) for container in TARGETS for path in kept(container)]


def test_every_kind_of_file_has_a_corpus():
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert {container for container, _ in FILES} == set(TARGETS)


@pytest.mark.parametrize(("container", "path"), FILES, ids=[f"{c}-{p.name}" for c, p in FILES])
def test_a_kept_file_ends_as_a_workbook_or_a_sentence(container, path):
    data = path.read_bytes()
    assert len(data) <= LARGEST_KEPT
    TARGETS[container](data)
