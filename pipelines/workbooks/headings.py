"""What a heading means: its words, the unit in brackets, the year and month it names.

Headings are matched to declared aliases by meaning, never by position (contract §4).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from pipelines.declarations.forms import Form
from pipelines.matching import nearest
from pipelines.text import compact

_UNIT = r"亿元|千万元|百万元|万元|千元|元"
_BRACKETED_UNIT = re.compile(rf"[(\[【]?(?:单位[:：])?(?P<unit>{_UNIT})[)\]】]")
_UNIT_AT_END = re.compile(r"(?:[,，:：/]|单位[:：])?(?P<unit>亿元|万元)$")
_HINT = re.compile(
    r"[(\[【](?:必填|选填|年/?月|年月日|年/月/日|是/否|全称|年|月|日期|分|(?:满分|总分)?\d{1,3}分)[)\]】]"
)
_ANY_BRACKET = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_NAMED_YEAR = re.compile(r"(?P<year>20\d\d)年?")
_STARS = re.compile(r"[*＊※]")
_GENERAL_WORDS = re.compile(r"(?:情况|信息)$")
_NAMED_GROUP = re.compile(r"\(\?P<[a-z]+>")
NEAR = 0.75
# How many headings a book remembers the meaning of; what is read below headings passes through as well.
_REMEMBERED = 8_192


@dataclass(frozen=True)
class Heading:
    """One heading cell taken apart. ``words`` has no unit and no hints, the year still in it."""

    written: str
    words: str
    unit: str | None


@dataclass(frozen=True)
class Meaning:
    """The field a heading names, with the year and month it carries.

    ``is_year_before``: 至YYYY年底… names the year before the return's period (contract §7).
    ``reference_to``: of a cross-table, the indicator beside which the column only stands (完成率); no field then.
    """

    field: str
    year: int | None = None
    month: int | None = None
    is_year_before: bool = False
    reference_to: str | None = None


@lru_cache(maxsize=8192)
def take_apart(text: str) -> Heading:
    """Split a heading into its words and its unit."""
    plain = _HINT.sub("", _STARS.sub("", compact(text)))
    unit = None
    if found := _BRACKETED_UNIT.search(plain):
        unit, plain = found["unit"], plain[: found.start()] + plain[found.end() :]
    elif (found := _UNIT_AT_END.search(plain)) and found.start() > 0:
        unit, plain = found["unit"], plain[: found.start()]
    return Heading(text, plain.rstrip(":："), unit)


class HeadingBook:
    """All headings one form knows, ready for matching."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._exact: dict[str, str] = {}
        self._dated: list[tuple[re.Pattern[str], str]] = []
        for field in form.fields:
            for alias in field.aliases:
                self._add(alias, field.name)
        self._is_dated = any_of(pattern for pattern, _ in self._dated)
        self._known = lru_cache(maxsize=_REMEMBERED)(self._find)

    @property
    def spellings(self) -> frozenset[str]:
        """The headings that name no year or month, as they are compared."""
        return frozenset(self._exact)

    @property
    def dated_spellings(self) -> tuple[re.Pattern[str], ...]:
        """The headings that name a year or month."""
        return tuple(pattern for pattern, _ in self._dated)

    def meaning(self, parts: tuple[str, ...]) -> Meaning | None:
        """The field named by a heading of one or more levels, top first."""
        return self._known(parts)

    def nearest_heading(self, parts: tuple[str, ...]) -> tuple[str, float] | None:
        """The known heading most like an unknown one, with its similarity (0–1)."""
        words = [_NAMED_YEAR.sub("", part) for part in parts if part]
        if not words:
            return None
        choices = [alias for alias in self._exact if ">" not in alias]
        found = [
            hit
            for word in dict.fromkeys((words[-1], "".join(words)))
            if (hit := nearest(word, choices))
        ]
        return max(found, key=lambda hit: hit[1])

    def _add(self, alias: str, field: str) -> None:
        words = ">".join(take_apart(level).words for level in alias.split(">"))
        words = _in_one_spelling(words)
        if "YYYY" in words or "MM" in words:
            pattern = re.escape(words).replace("YYYY", r"(?P<year>20\d\d)")
            pattern = pattern.replace("1\\-", "1月?[-—–~至到/]")
            pattern = pattern.replace("MM", r"(?P<month>1[0-2]|0?[1-9])")
            prefix = "" if "YYYY" in words else r"(?:(?P<year>20\d\d)年度?)?"
            self._dated.append((re.compile(f"^{prefix}{pattern}$"), field))
        else:
            self._exact[words] = field

    def _find(self, parts: tuple[str, ...]) -> Meaning | None:
        levels = [part for part in parts if part]
        for candidate in _candidates(levels):
            if (found := self._lookup(candidate)) is not None:
                return found
        return None

    def _lookup(self, words: str) -> Meaning | None:
        words = _in_one_spelling(words)
        if field := self._exact.get(words):
            return Meaning(field)
        for pattern, field in self._dated if self._is_dated(words) else ():
            if found := pattern.match(words):
                parts = found.groupdict()
                return Meaning(
                    field,
                    int(parts["year"]) if parts.get("year") else None,
                    int(parts["month"]) if parts.get("month") else None,
                    is_year_before="年底" in words,
                )
        for spelling, year in _without_year(words):
            if field := self._exact.get(spelling):
                return Meaning(field, year)
        return None


def any_of(patterns: Iterable[re.Pattern[str]]) -> Callable[[str], bool]:
    """Whether one of many patterns matches, asked in one go; which of them is not told."""
    together = "|".join(_NAMED_GROUP.sub("(?:", f"(?:{each.pattern})") for each in patterns)
    match = re.compile(together or r"(?!)").match
    return lambda words: match(words) is not None


def is_near_spelling(words: str, spellings: Set[str], is_dated: Callable[[str], bool]) -> bool:
    """Whether one cell of such words may name a field of the forms that know these spellings.

    Where it says no, no book of theirs knows a meaning; where it says yes, one may.
    """
    for candidate in map(_in_one_spelling, _candidates([words] if words else [])):
        if candidate in spellings or is_dated(candidate):
            return True
        if any(undated in spellings for undated, _ in _without_year(candidate)):
            return True
    return False


def _in_one_spelling(words: str) -> str:
    return words.replace("投资额", "投资").replace("月份", "月")


def _without_year(words: str) -> Iterator[tuple[str, int]]:
    """The ways to read a heading with a year as one without, and that year."""
    named = _NAMED_YEAR.search(words)
    if named is not None:
        undated = words[: named.start()] + words[named.end() :]
        for spelling in (undated, undated.removeprefix("度"), "年" + undated):
            yield spelling, int(named["year"])


def _candidates(levels: list[str]) -> list[str]:
    """The ways to read a heading of several levels, the most exact first."""
    if not levels:
        return []
    leaf = levels[-1]
    spoken = [leaf]
    if len(levels) > 1:
        parent = levels[-2]
        short = _GENERAL_WORDS.sub("", parent)
        joined = [f"{parent}>{leaf}", parent + leaf, leaf + parent, short + leaf, leaf + short]
        spoken = [*joined, leaf]
    bare = _without_brackets(leaf)
    return (
        spoken if bare == leaf or not bare else [*spoken, bare] if _is_code_hint(leaf) else spoken
    )


def _without_brackets(words: str) -> str:
    """The words without what stands in brackets; a bracket that nothing closes stays."""
    # Looked for only where a bracket can still close, or each of many open ones would be followed to the end.
    closed = max(map(words.rfind, ")]】")) + 1
    return _ANY_BRACKET.sub("", words[:closed]) + words[closed:]


def _is_code_hint(leaf: str) -> bool:
    """Brackets that only say where a code comes from do not change the meaning of the heading."""
    return any(word in leaf for word in ("代码", "编码", "码)"))
