"""What texts call a return, its deadline, and a number."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pipelines.wording import day_words, due_words, plain_number, resend_words, return_name

DUE = datetime(2019, 4, 8, 23, 59, 59)


@pytest.mark.parametrize(
    ("title", "period", "name"),
    [
        ("重点项目进展情况表", "2019-03", "2019年3月《重点项目进展情况表》"),
        ("重点项目台账", None, "《重点项目台账》"),
        (None, "2019-03", "2019年3月认不出的表"),
        (None, None, "认不出的表"),
    ],
)
def test_a_return_is_called_by_its_period_and_title(title, period, name):
    assert return_name(title, period) == name


def test_a_day_is_said_without_its_hour_and_a_deadline_with_the_days_end():
    assert day_words(date(2019, 4, 8)) == day_words(DUE) == "2019年4月8日"
    assert due_words(DUE) == "2019年4月8日24时"


def test_a_refused_return_is_told_until_when_to_send_it_again():
    assert resend_words(DUE, is_late=False) == "报送截止时间：2019年4月8日24时，请在此之前重报。"
    assert resend_words(DUE, is_late=True) == "报送截止时间：2019年4月8日24时，已过期，请尽快重报。"


def test_a_number_is_said_without_needless_zeros():
    written = ("1E+2", "0.50", "0.0000", "-0", "-10")
    assert [plain_number(Decimal(n)) for n in written] == ["100", "0.5", "0", "0", "-10"]
