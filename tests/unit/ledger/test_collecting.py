"""While a load lasts Python looks for cycles rarely, and afterwards as often as before."""

import gc

import pytest

from pipelines.ledger.collecting import rarely_collecting


def test_it_is_as_before_afterwards_a_fault_included():
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="over"), rarely_collecting():
        assert gc.get_threshold()[0] > before[0]
        raise ValueError("over")
    assert gc.get_threshold() == before


def test_who_never_looks_is_not_made_to():
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with rarely_collecting():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
