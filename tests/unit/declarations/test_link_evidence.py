"""The weights of evidence: declared as data, monotone, every fault told at once."""

import pytest

from pipelines.declarations.link_evidence import EvidenceWeight, read_link_evidence
from pipelines.problems import DeclarationError
from pipelines.reconciliation.deciding import EVIDENCE_FILE
from pipelines.reconciliation.evidence import MEASURED

HEADING = "evidence,words,agree_bits,differ_bits,full_at,none_at\n"


def test_the_products_own_weights_are_sound_and_name_all_that_is_measured():
    weights = read_link_evidence(EVIDENCE_FILE, MEASURED)
    assert set(weights) == {"prior", *MEASURED}


@pytest.mark.parametrize(
    ("measure", "agreement"), [(0.2, 0), (0.5, 0), (0.75, 0.5), (1.0, 1), (1.5, 1)]
)
def test_between_its_two_bounds_agreement_counts_in_proportion(measure, agreement):
    weight = EvidenceWeight("名称", 6, -2, 1.0, 0.5)
    assert weight.agreement(measure) == pytest.approx(agreement)
    assert weight.bits(measure) == pytest.approx(-2 + 8 * agreement)


def test_a_gap_agrees_the_more_the_smaller_it_is():
    weight = EvidenceWeight("总投资", 4, -2, 0.01, 0.5)
    assert weight.bits(0) == 4 > weight.bits(0.1) > weight.bits(0.3) > weight.bits(0.9) == -2


def test_every_fault_is_told(tmp_path):
    path = tmp_path / "evidence.csv"
    path.write_text(
        HEADING
        + "prior,先验,-6,-5,1,0\nname,名称,1,2,1,1\nname,名称,2,1,1,0\nsize,规模,1,0,1,0\nowner,,x,0,1,0\n",
        "utf-8",
    )
    with pytest.raises(DeclarationError) as fault:
        read_link_evidence(path, frozenset({"name", "owner", "total"}))
    told = "\n".join(fault.value.faults)
    for expected in (
        "the prior is one number", "agree_bits is less", "full_at and none_at", "name stands twice",
        "not “size”", "words is blank", "agree_bits is a plain number", "total is missing",
    ):  # fmt: skip
        assert expected in told, expected
