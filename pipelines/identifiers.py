"""Checks of the identifiers in returns. Their spelling is repaired in ``text``, never their value."""

import re

# GB 32100-2015: the 31 characters, without I O S V Z, and the weights 3^(i-1) mod 31.
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_SHAPE = re.compile(
    rf"^[1-9AN Y][0-9]\d{{6}}[{_USCC_ALPHABET}]{{10}}$".replace(" ", ""), re.ASCII
)

# GB/T 40058-2021: 4 time + 6 region + 2 department + 2 type + 6 (5 random, 1 check).
_PROJECT_CODE_SHAPE = re.compile(r"^(\d{4})-(\d{6})-\d{2}-\d{2}-\d{6}$", re.ASCII)
_LEGACY_YEARS = range(1990, 2032)


def uscc_check_character(first_seventeen: str) -> str:
    """The 18th character of a 统一社会信用代码 (GB 32100-2015, domain.md §3)."""
    total = sum(
        _USCC_ALPHABET.index(character) * weight
        for character, weight in zip(first_seventeen, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(code: str) -> bool:
    """Whether a 统一社会信用代码 is well formed, N, A and Y prefixes included.

    Village collectives (N1–N3) are common owners in townships and must pass.
    """
    return _USCC_SHAPE.match(code) is not None and code[17] == uscc_check_character(code[:17])


def is_project_code(code: str) -> bool:
    """Whether an 投资项目代码 has the shape of GB/T 40058-2021 and a possible time group.

    The time group is YYMM from November 2020 on and a year before (domain.md §3); the check digit's
    algorithm is not public and is not checked.
    """
    found = _PROJECT_CODE_SHAPE.match(code)
    if found is None:
        return False
    group = found.group(1)
    return int(group) in _LEGACY_YEARS or 1 <= int(group[2:]) <= 12
