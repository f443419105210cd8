"""Links as people keep them: confirmed unless they say otherwise, the last decision about two counts."""

import pytest

from pipelines.declarations.links import read_links

HEADING = "left_source,left_id,right_source,right_id,decided_by,decided_at,note"
PAIR = "project_ledger,2019-130802-48-03-000123,statistics_fai,S1"


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        faults = []
        path = tmp_path / "links.csv"
        path.write_text(text, "utf-8")
        return read_links(path, faults), faults

    return read_text


def test_a_table_without_the_column_confirms(read):
    (link,), faults = read(f"{HEADING}\n{PAIR},甲,2019-03-20,\n")
    assert (link.decision, faults) == ("confirmed", [])


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("", "confirmed"), ("confirmed", "confirmed"), ("rejected", "rejected")],
)
def test_a_decision_may_be_left_blank(read, written, read_as):
    (link,), _ = read(f"{HEADING},decision\n{PAIR},甲,2019,,{written}\n")
    assert link.decision == read_as


def test_the_last_decision_about_two_counts_whichever_side_was_written_first(read):
    turned = "statistics_fai,S1,project_ledger,２０１９-130802-48-03-000123"
    links, faults = read(f"{HEADING},decision\n{PAIR},甲,,,rejected\n{turned},乙,,,\n")
    assert [(link.decided_by, link.decision) for link in links] == [("乙", "confirmed")]
    assert faults == []


def test_a_row_shorter_than_the_heading_is_read_as_blank(read):
    (link,), faults = read(f"{HEADING},decision\n{PAIR},甲\n")
    assert (link.decision, link.note, faults) == ("confirmed", None, [])


def test_every_fault_is_told_with_its_row(read):
    _, faults = read(f"{HEADING},decision\n{PAIR},,,,maybe\nledger,,statistics_fai,S2,,,,\n")
    told = "\n".join(faults)
    for expected in ("row 2: decision", "row 3: unknown source", "row 3: a link without left_id"):
        assert expected in told


def test_without_the_file_there_are_no_links(tmp_path):
    faults = []
    assert read_links(tmp_path / "links.csv", faults) == () and faults == []
