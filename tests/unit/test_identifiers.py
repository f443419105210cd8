"""Credit codes and project codes: what the standards allow passes, one wrong character does not."""

import pytest

from pipelines.identifiers import is_project_code, is_uscc, uscc_check_character

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REAL = ("91110000600037341L", "91350100M000100Y43", "91512081MA62K0260E")


def complete(first_seventeen: str) -> str:
    return first_seventeen + uscc_check_character(first_seventeen)


@pytest.mark.parametrize("code", REAL)
def test_published_credit_codes_pass(code):
    assert is_uscc(code)


@pytest.mark.parametrize("prefix", ["N1", "N2", "N3", "A1", "Y1", "11", "52", "92", "93"])
def test_village_collectives_and_other_registrars_pass(prefix):
    assert is_uscc(complete(f"{prefix}130871MA0XX0015"))


@pytest.mark.parametrize("code", REAL)
@pytest.mark.parametrize("place", [2, 9, 13, 17])
def test_any_single_wrong_character_is_noticed(code, place):
    for other in ALPHABET if place > 7 else "0123456789":
        if other != code[place]:
            assert not is_uscc(code[:place] + other + code[place + 1 :]), (code, place, other)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91110000600037341",
        "91110000600037341LX",
        "91110000600037341l",
        "9111000060003734IL",
        "Z1110000600037341L",
        "130802198001010011",
    ],
)
def test_other_lengths_letters_and_prefixes_fail(code):
    assert not is_uscc(code)


@pytest.mark.parametrize(
    "code",
    [
        "2019-130802-48-03-000123",
        "2013-130800-01-01-100001",
        "2012-130871-77-01-000052",
        "2609-330100-04-01-100001",
        "2011-330100-04-01-100001",
    ],
)
def test_legacy_years_and_new_year_months_pass(code):
    assert is_project_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "2113-330100-04-01-100001",
        "2100-330100-04-01-100001",
        "2019130802480300123",
        "2019-130802-48-03-00012",
        "2019-130802-48-03-00012A",
        "2019-1308-0248-03-000123",
        "",
    ],
)
def test_impossible_time_groups_and_other_shapes_fail(code):
    assert not is_project_code(code)
