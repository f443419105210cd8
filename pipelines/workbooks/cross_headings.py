"""What the headings of a cross-table mean: which indicator of the district, and what of it.

The levels of a heading are walked from the top (contract §4, §7 Reading). Group titles stand above an
indicator; under it 总数 or 任务 is the indicator itself, 其中:… a child, 完成率 a figure beside it. A child may
be called alike under several parents (亿元以上): the heading above it, or the column on its left, decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pipelines.declarations.forms import Form
from pipelines.declarations.indicators import Indicator
from pipelines.matching import nearest
from pipelines.text import compact
from pipelines.workbooks.headings import HeadingBook, Meaning

_UNIT = r"(?:亿元|千万元|百万元|万元|千元|元|个|项|家|户|件|处|宗|%)"
_UNITS = rf"{_UNIT}(?:[、,/和]{_UNIT})*"
_BRACKETED_UNITS = re.compile(rf"[(\[【](?:计量)?(?:单位[:：]?)?(?:人民币)?({_UNITS})[)\]】]")
_UNITS_AT_END = re.compile(
    rf"(?:[,，:：/]|单位[:：])({_UNITS})$|(?<![\d.])((?:亿|万)元)$|(?<=率)(%)$"
)
_ONLY_UNITS = re.compile(rf"^(?:计量)?(?:单位[:：])?{_UNITS}$")
_ONE_UNIT = re.compile(_UNIT)
_HINT = re.compile(r"[(\[【](?:必填|选填)[)\]】]")
_DECORATION = re.compile(r"[*＊※()\[\]【】〔〕“”‘’\"'《》:：、,，.．·]")
_OUTLINE = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])(?=\D)")
_QUALIFIER = re.compile(r"以[上下内外](?:的)?(?:项目)?$")
_INSIDE = re.compile(r"^其中[:：,，]?")

_YEAR = re.compile(r"(?P<year>20\d\d)年度?")
_MONTH = re.compile(
    r"(?P<since>(?:截至|截止|至)?(?:0?1月?|一月?)[-—–~～至到]|截至|截止)?"
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])月份?(?P<end>底|末)?"
)
_QUARTERS = {"上半年": 6, "前三季度": 9, "一季度": 3, "1-3季度": 9, "1-2季度": 6}
# What may stand before an indicator's name without changing it.
_BEFORE = re.compile(r"^(?:截至|截止|全年|年度|本年度?|当年|全区|全县|全市|区级|其中)")
# Headings that mean the whole of the indicator above them; at the end of a name they add nothing.
_WHOLE_WORDS = (
    "总数",
    "总量",
    "总额",
    "合计",
    "小计",
    "总计",
    "项目",
    "项目数",
    "项目个数",
    "个数",
    "数量",
    "数",
)

Sort = Literal["value", "reference"]
_Words = Mapping[str, Sort | None]


@dataclass(frozen=True)
class CrossHeading:
    """One level of a heading: its words, and the units named in it."""

    words: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """What one level says beside a name: a year, a month, and whether the month is alone (not 1-6月)."""

    plain: str
    undated: str
    year: int | None
    month: int | None
    is_single_month: bool


@dataclass(frozen=True)
class _State:
    """How far a walk has come. ``anchor`` is whose children a 其中 means; ``is_settled``: the last level was known."""

    node: str | None = None
    anchor: str | None = None
    sort: Sort | None = None
    year: int | None = None
    month: int | None = None
    groups: tuple[str, ...] = ()
    is_settled: bool = False


@lru_cache(maxsize=8192)
def split_heading(text: str) -> CrossHeading:
    """Take a level apart; a level that is nothing but a unit has no words."""
    plain = _HINT.sub("", compact(text))
    if _ONLY_UNITS.match(plain.strip("()[]【】")):
        return CrossHeading("", tuple(_ONE_UNIT.findall(plain)))
    found = _BRACKETED_UNITS.search(plain)
    if found is None and (found := _UNITS_AT_END.search(plain)) and found.start() == 0:
        found = None
    if found is None:
        return CrossHeading(plain.rstrip(":："), ())
    words = plain[: found.start()] + plain[found.end() :]
    return CrossHeading(words.rstrip(":："), tuple(_ONE_UNIT.findall(found.group(0))))


class CrossTableBook(HeadingBook):
    """All headings of a cross-table bound to a district."""

    def __init__(self, form: Form) -> None:
        super().__init__(replace(form, fields=form.own_fields, indicators=()))
        self.form = form
        self._own = {_plain(a): f.name for f in form.own_fields for a in f.aliases}
        self._by_id = {indicator.indicator_id: indicator for indicator in form.indicators}
        self._children = _children(form.indicators)
        self._names = {
            parent: _names(children, self._by_id.get(parent or ""))
            for parent, children in self._children.items()
        }
        self._anywhere = _telling_names(form.indicators)
        header = form.header
        self._words: _Words = {
            **dict.fromkeys(_WHOLE_WORDS),
            **{_plain(word): "value" for word in header.value_words},
            **{_plain(word): "reference" for word in header.reference_words},
        }
        self._longest_first = sorted(self._words, key=len, reverse=True)
        self._walked: dict[tuple[tuple[str, ...], str | None], Meaning | None] = {}

    @property
    def unit_headings(self) -> frozenset[str]:
        """What heads the column of the units' names, as it is compared."""
        name = self.form.name_field.name
        return frozenset(heading for heading, field in self._own.items() if field == name)

    def is_name_heading(self, text: str) -> bool:
        """Whether a cell heads the column of the units' names."""
        return self._own.get(plain_heading(text)) == self.form.name_field.name

    def own_field(self, parts: Sequence[str]) -> str | None:
        """The column beside the indicators (序号, 单位, 备注) that a heading names."""
        return self._own.get(_plain(parts[-1])) or self._own.get(_plain("".join(parts)))

    def meaning(self, parts: tuple[str, ...]) -> Meaning | None:
        """What a heading means by itself, without the columns beside it."""
        return self.meaning_beside(parts, None)

    def meaning_beside(self, parts: tuple[str, ...], left: str | None) -> Meaning | None:
        """What a heading means, top level first; ``left`` is the indicator of the column on its left."""
        key = (parts, left)
        if key not in self._walked:
            own = self.own_field(parts) if parts else None
            self._walked[key] = Meaning(own) if own else self._walk(parts, left)
        return self._walked[key]

    def nearest_heading(self, parts: tuple[str, ...]) -> tuple[str, float] | None:
        """The known heading most like an unknown one, with its similarity (0–1)."""
        levels = [_say(part).undated for part in parts if part]
        if not levels:
            return None
        choices = [alias for field in self.form.fields for alias in field.aliases]
        asked = dict.fromkeys((levels[-1], "".join(levels), self._without_words(levels[-1])))
        found = [hit for word in asked if word and (hit := nearest(word, choices))]
        return max(found, key=lambda hit: hit[1], default=None)

    def _walk(self, parts: tuple[str, ...], left: str | None) -> Meaning | None:
        state = _State(anchor=left)
        for part in parts:
            state = self._step(state, _say(part), _INSIDE.match(part) is not None, left)
        if not state.is_settled or state.node is None:
            return None
        if state.sort == "reference":
            return Meaning("", state.year, state.month, reference_to=state.node)
        return Meaning(state.node, state.year, state.month)

    def _step(self, state: _State, said: _Said, is_inside: bool, left: str | None) -> _State:
        """One level further down."""
        dated = replace(state, year=said.year or state.year, month=said.month or state.month)
        sort = self._sort_of(said)
        if is_inside and not said.undated:
            return replace(dated, anchor=state.node or left, is_settled=False)
        if state.node is not None and (not said.undated or sort is not None):
            told = sort[0] if sort else ("reference" if said.is_single_month else None)
            return replace(dated, sort=told or state.sort, is_settled=True)
        if (hit := self._indicator(state, said, is_inside)) is not None:
            node, told = hit
            return replace(dated, node=node, anchor=node, sort=told or state.sort, is_settled=True)
        if state.node is None and sort is not None:
            if sort[0] == "reference" and left is not None and not state.groups:
                return replace(dated, node=left, sort="reference", is_settled=True)
            return replace(dated, sort=sort[0] or state.sort, is_settled=False)
        anchor = state.anchor if state.node is None else None
        groups = (*state.groups, said.undated)
        return replace(dated, node=None, anchor=anchor, groups=groups, is_settled=False)

    def _indicator(
        self, state: _State, said: _Said, is_inside: bool
    ) -> tuple[str, Sort | None] | None:
        """The indicator a level names, seen from where the walk stands."""
        group = state.groups[-1] if state.groups else ""
        spellings = [said.plain, said.undated, group + said.undated, said.undated + group]
        inner = self._names_under(state.anchor)
        if state.node is not None:
            name = _plain(self._by_id[state.node].indicator_name)
            spellings += [name + said.undated, said.undated + name]
        roots = self._names.get(None, {})
        if is_inside:
            scopes = [inner]
        elif state.node is not None:
            scopes = [inner, roots, self._anywhere]
        else:
            scopes = [roots, inner, self._anywhere]
        for names in scopes:
            for spelling in dict.fromkeys(spellings):
                if spelling and (hit := self._named(spelling, names)) is not None:
                    node, told = hit
                    return node, "reference" if said.is_single_month else told
        return None

    def _names_under(self, anchor: str | None) -> Mapping[str, str]:
        """The children of an indicator, and of those it is itself a part of, the nearest first."""
        found: dict[str, str] = {}
        while anchor is not None:
            for name, child in self._names.get(anchor, {}).items():
                found.setdefault(name, child)
            anchor = self._by_id[anchor].parent_indicator_id
        return found

    def _named(self, text: str, names: Mapping[str, str]) -> tuple[str, Sort | None] | None:
        """The indicator a text names, words like 任务 or 完成情况 at its end taken off; the last one counts."""
        for rest, sort in self._peeled(text):
            for spelling in (rest, _BEFORE.sub("", rest)):
                if rest and spelling in names:
                    return names[spelling], sort
        return None

    def _sort_of(self, said: _Said) -> tuple[Sort | None] | None:
        """What a level made of such words alone is; None where it holds anything else."""
        text = _BEFORE.sub("", said.undated) if said.undated not in self._words else said.undated
        *_, (rest, sort) = self._peeled(text)
        if not text or rest:
            return None
        return ("reference" if said.is_single_month else sort,)

    def _without_words(self, text: str) -> str:
        *_, (rest, _) = self._peeled(text, shortest=2)
        return rest

    def _peeled(self, text: str, shortest: int = 1) -> Iterator[tuple[str, Sort | None]]:
        """A text, then what is left of it as word by word is taken off its end; with what the last one says."""
        words = [word for word in self._longest_first if len(word) >= shortest]
        rest, sort = text, None
        yield rest, sort
        while word := next((w for w in words if rest.endswith(w)), None):
            rest, sort = rest.removesuffix(word), sort or self._words[word]
            yield rest, sort


@lru_cache(maxsize=8192)
def _say(part: str) -> _Said:
    bare = _INSIDE.sub("", compact(part))
    undated, year, month, is_single = bare, None, None, False
    if found := _YEAR.search(undated):
        year = int(found["year"])
        undated = undated[: found.start()] + undated[found.end() :]
    for words, last in _QUARTERS.items():
        if words in undated:
            undated, month = undated.replace(words, ""), last
            break
    else:
        if found := _MONTH.search(undated):
            month = int(found["month"])
            is_single = not (found["since"] or found["end"] or "累计" in bare)
            undated = undated[: found.start()] + undated[found.end() :]
    undated = undated.removeprefix("度") if year else undated
    return _Said(_plain(bare), _plain(undated), year, month, is_single)


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    """A heading's words as they are compared: without numbering, quotes, brackets and points."""
    return _DECORATION.sub("", _OUTLINE.sub("", compact(text))).replace("投资额", "投资")


def plain_heading(text: str) -> str:
    """A cell as it is compared with a heading."""
    return _plain(compact(text))


def _children(indicators: Iterable[Indicator]) -> dict[str | None, list[Indicator]]:
    found: dict[str | None, list[Indicator]] = {None: []}
    for indicator in indicators:
        found.setdefault(indicator.parent_indicator_id, []).append(indicator)
    return found


def _names(indicators: Sequence[Indicator], parent: Indicator | None) -> dict[str, str]:
    """The spellings of indicators that stand side by side; exact ones go before shortened ones."""
    exact: dict[str, str] = {}
    shortened: dict[str, set[str]] = {}
    above = [] if parent is None else [parent.indicator_name, *parent.aliases]
    for indicator in indicators:
        for name in (indicator.indicator_name, *indicator.aliases):
            plain = _plain(_INSIDE.sub("", name))
            exact.setdefault(plain, indicator.indicator_id)
            for short in _shortened(plain, [_plain(each) for each in above]):
                shortened.setdefault(short, set()).add(indicator.indicator_id)
    only = {short: min(ids) for short, ids in shortened.items() if len(ids) == 1}
    return only | exact


def _shortened(plain: str, above: Sequence[str]) -> Iterable[str]:
    """亿元以上新开工项目 under 新开工项目 is 亿元以上; 新开工项目 is 新开工."""
    bare = plain.removesuffix("项目")
    without = [bare, *(plain.replace(name, "") for name in above if name in plain)]
    without += [bare.replace(name.removesuffix("项目"), "") for name in above]
    return {short for short in without if len(short) > 1 and short != plain}


def _telling_names(indicators: Iterable[Indicator]) -> dict[str, str]:
    """The names that mean one indicator wherever they stand; 亿元以上 may be said of any project."""
    by_id = {indicator.indicator_id: indicator for indicator in indicators}
    owners: dict[str, set[str]] = {}
    for indicator in by_id.values():
        plain = _plain(indicator.indicator_name)
        parent = by_id.get(indicator.parent_indicator_id or "")
        above = "" if parent is None else _plain(parent.indicator_name).removesuffix("项目")
        if parent is None or above in plain or not _QUALIFIER.search(plain):
            owners.setdefault(plain, set()).add(indicator.indicator_id)
    return {name: min(ids) for name, ids in owners.items() if len(ids) == 1}
