"""How texts call the same thing: a return, a day, its deadline, all in Chinese for clerks; and any number.

Pure. No project, no indicator, no cell belongs here; what else a text says is its own module's.
"""

from datetime import date, datetime
from decimal import Decimal

from pipelines.periods import period_words


def return_name(form_title: str | None, period: str | None) -> str:
    """What a return is called: 2019年3月《重点项目进展情况表》."""
    title = f"《{form_title}》" if form_title else "认不出的表"
    return f"{period_words(period)}{title}" if period else title


def day_words(day: date) -> str:
    """A day, or the day of a moment, as people write it: 2019年4月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def due_words(due_at: datetime) -> str:
    """The end of the last day on which a return is in time: 2019年4月8日24时."""
    return f"{day_words(due_at)}24时"


def resend_words(due_at: datetime, *, is_late: bool) -> str:
    """Until when a refused return is to be sent again. Whether it is late: ``declarations.deadlines``."""
    what = "已过期，请尽快重报" if is_late else "请在此之前重报"
    return f"报送截止时间：{due_words(due_at)}，{what}。"


def plain_number(number: Decimal) -> str:
    """A number without needless zeros, without an exponent, and zero without a sign."""
    return f"{number.normalize() + 0:f}"
