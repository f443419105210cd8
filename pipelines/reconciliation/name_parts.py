"""A project's name in its parts: place, owner, numbers, and the core that is left.

Statistics library and ledger write one project differently: by its filing name or the leaders', with the township in
front or without. Comparing the parts is ``evidence``'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.matching import GENERIC_ENDINGS, without_generic_ending

_NUMBER = "一二三四五六七八九十"
_PHASE = re.compile(
    rf"第?(?P<number>[{_NUMBER}]+|[0-9]+|[IVX]+|[A-Z])(?:号|#)?(?:期|标段|标(?!准)|批次|批|地块)"
)
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BRACKETS = re.compile(r"\([^()]*\)")
_LEGAL_FORM = re.compile(r"(?:股份|集团|责任|有限|公司|总公司|分公司)+$")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
# Fewer characters than this are too common to be taken for an owner's name.
_SHORTEST_OWNER = 3


@dataclass(frozen=True)
class NameParts:
    """``whole`` without its generic ending and with plain numbers, and what it consists of; an empty part is not in it.

    ``places`` are the units whose place it names, ``numbers`` those of phases, lots, roads and years.
    """

    whole: str
    core: str
    places: frozenset[str]
    numbers: frozenset[str]


def name_parts(name_key: str, places: Mapping[str, str | None], owner_key: str | None) -> NameParts:
    """Take a normalised name apart.

    ``places``: name key → unit; None for a name that says nothing about the place within the district, as its own.
    """
    named = [place for place in sorted(places, key=len, reverse=True) if place in name_key]
    placeless = name_key
    for place in named:
        placeless = placeless.replace(place, "")
    phases = {_number(phase["number"]) for phase in _PHASE.finditer(placeless)}
    numbers = frozenset(phases | {_number(digits) for digits in _DIGITS.findall(placeless)})
    core = _BRACKETS.sub("", _PHASE.sub("", placeless))
    owner = _LEGAL_FORM.sub("", owner_key or "")
    if len(owner) >= _SHORTEST_OWNER:
        core = core.replace(owner_key or "", "").replace(owner, "")
    whole = without_generic_ending(_PHASE.sub(_with_plain_number, name_key))
    core = without_generic_ending(core)
    if not core or core in GENERIC_ENDINGS:
        core = whole
    units = frozenset(unit for place in named if (unit := places[place]) is not None)
    return NameParts(whole, core, units, numbers)


def _with_plain_number(phase: re.Match[str]) -> str:
    return phase[0].replace(phase["number"], _number(phase["number"]), 1)


def _number(text: str) -> str:
    """二, 2, II → 2; what is no small number stays as it is."""
    if text in _ROMAN:
        return str(_ROMAN[text])
    if text.isdigit():
        return str(int(text))
    tens, mark, ones = text.rpartition("十")
    if set(text) <= set(_NUMBER) and len(tens) <= 1 and len(ones) <= 1:
        ten = (_NUMBER.index(tens) + 1 if tens else 1) * 10 if mark else 0
        return str(ten + (_NUMBER.index(ones) + 1 if ones else 0))
    return text
