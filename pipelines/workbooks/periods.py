"""Reading a reporting period from a title, a cell, a sheet name or a file name.

How a period is written and which days it has is ``pipelines.periods``. A date with a day is no period.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.declarations.forms import PeriodOfForm
from pipelines.periods import period_name, return_period, week_name
from pipelines.text import compact

_HALF_ANYWHERE = re.compile(r"上半月|下半月")
_HALF = r"(?P<half>上半月|下半月|[hH][12])?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<year>20\d\d)年度?(?:1[0-2]|0?[1-9]|一)?(?:月)?[-—~～至到](?P<month>1[0-2]|0?[1-9])月(?!\d*日){_HALF}",
        rf"(?P<year>20\d\d)年度?(?P<month>1[0-2]|0?[1-9])月份?(?!\d){_HALF}",
        rf"(?<!\d)(?P<year>20\d\d)[-._/](?P<month>1[0-2]|0?[1-9])(?![\d]|[-._/]\d)[-_]?{_HALF}",
        rf"(?<!\d)(?P<year>20\d\d)(?P<month>1[0-2]|0[1-9])(?!\d)[-_]?{_HALF}",
        r"(?<!\d)(?P<year>20\d\d)年",
        r"(?<!\d)(?P<year>20\d\d)(?![.\-_/]*\d)",
        rf"(?<![\d年])(?:\d{{1,2}}[-—~～至到])?(?P<month>1[0-2]|0?[1-9])月份?(?!\d){_HALF}",
    )
)

# 2019年3月5日, 2019-03-05, 20190305, 3月5日: the day of a signature, never a period.
_DAY = re.compile(
    r"(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]|20\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
    r"|(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
)

_WEEK = re.compile(
    r"(?:(?<!\d)(?P<year>20\d\d)年度?第?|(?<!月)第)(?P<week>\d{1,2})周(?![年岁])"
    r"|(?<!\d)(?P<iso_year>20\d\d)-?W(?P<iso_week>[0-5]\d)(?!\d)"
)
# The weeks of a month are counted in many ways: nobody guesses which days 7月第2周 are.
_WEEK_OF_MONTH = re.compile(r"月份?第?(?:\d|[一二三四五六])周(?![年岁])")

# 〔2024〕15号 is a document's number.
_DOCUMENT = re.compile(r"[〔\[【(]20\d\d[〕\]】)]第?\d+号")
# 附件14 2024年…: without its space the number would run into the year.
_ANNEX = re.compile(r"附[件表]\s*+(?:[-—–:：]\s*+)?\d{1,2}(?=$|[^\d])")
_ANNEX_AND_YEAR = re.compile(r"附[件表][-—–:：]?\d{1,2}(?=20\d\d年)")
_CHINESE_YEAR = re.compile(r"二[〇○零]\w\w(?=年)")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_CHINESE_MONTH = re.compile(r"(?<=[年至到-])(十[一二]|[一二三四五六七八九十])月")


@dataclass(frozen=True)
class PeriodMention:
    """A period as far as a text tells it; any part may be missing. A week has no month."""

    year: int | None = None
    month: int | None = None
    half: Literal[1, 2] | None = None
    week: int | None = None

    def agrees_with(self, other: "PeriodMention") -> bool:
        """Whether the two can be the same period; a missing part agrees with anything."""
        if (self.week and other.month) or (self.month and other.week):
            return False
        pairs = (
            (self.year, other.year),
            (self.month, other.month),
            (self.half, other.half),
            (self.week, other.week),
        )
        return all(one is None or two is None or one == two for one, two in pairs)

    def completed_by(self, other: "PeriodMention") -> "PeriodMention":
        """Fill what is missing from another mention."""
        return PeriodMention(
            self.year or other.year,
            self.month or other.month,
            self.half or other.half,
            self.week or other.week,
        )

    def label(self) -> str:
        """The period as people write it."""
        year = f"{self.year}年" if self.year else ""
        month = f"{self.month}月" if self.month else ""
        week = f"第{self.week}周" if self.week else ""
        return year + week + month + {1: "上半月", 2: "下半月", None: ""}[self.half]


def mentioned_period(text: str) -> PeriodMention | None:
    """The first period a text names, the most exact pattern first; None when it names none."""
    without_annex = _ANNEX.sub("", unicodedata.normalize("NFKC", text))
    plain = _ANNEX_AND_YEAR.sub("", _in_digits(compact(without_annex)))
    plain = _DAY.sub("", _DOCUMENT.sub("", plain))
    if _WEEK_OF_MONTH.search(plain):
        return None
    if (found := _week(plain)) is not None:
        return found
    found = _first(plain, _PATTERNS)
    if found is None:
        return None
    if found.month is None and (month := _first(plain, _PATTERNS[-1:])) is not None:
        found = found.completed_by(month)  # 2019年重点项目进展情况表（3月）
    if found.month is not None and found.half is None and (half := _HALF_ANYWHERE.search(plain)):
        found = PeriodMention(found.year, found.month, _half(half.group(0)))
    return found


def _week(plain: str) -> PeriodMention | None:
    """2022年第30周, 2022-W30, 第30周: a week of the year. The third week of a month is none."""
    found = _WEEK.search(plain)
    if found is None:
        return None
    year = found["year"] or found["iso_year"]
    return PeriodMention(int(year) if year else None, week=int(found["week"] or found["iso_week"]))


def _in_digits(plain: str) -> str:
    """二〇二五年三月 as 2025年3月."""
    plain = _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), plain)
    return _CHINESE_MONTH.sub(lambda found: f"{_MONTHS.index(found[1]) + 1}月", plain)


def _first(plain: str, patterns: Sequence[re.Pattern[str]]) -> PeriodMention | None:
    for pattern in patterns:
        if found := pattern.search(plain):
            parts = found.groupdict()
            return PeriodMention(
                int(parts["year"]) if parts.get("year") else None,
                int(parts["month"]) if parts.get("month") else None,
                _half(parts.get("half")),
            )
    return None


def period_id(mention: PeriodMention, kind: PeriodOfForm) -> str | None:
    """The period's identifier for a form of the given kind; None when the mention is too vague.

    Of any kind is the most exact one told: a week, a month or half of one, a year.
    """
    if mention.year is None:
        return None
    if kind == "any" and mention.week is not None:
        written = week_name(mention.year, mention.week)
        return written if return_period(written) else None
    if kind == "year" or (kind == "any" and mention.month is None):
        return period_name(mention.year)
    if mention.month is None:
        return None
    return period_name(mention.year, mention.month, mention.half)


def _half(text: str | None) -> Literal[1, 2] | None:
    if not text:
        return None
    return 1 if text in {"上半月", "h1", "H1"} else 2
