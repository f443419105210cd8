"""What the operators read: Chinese first, then where, why and what to do, with nothing a robot would act upon."""

from datetime import datetime

from pipelines.alerts.operating import Trouble, operation_text, tell_operators
from pipelines.database import open_in_memory
from pipelines.declarations.forms import load_forms
from pipelines.ledger.catalogue import FORMS_FOLDER
from pipelines.ledger.work_database import upgrade
from pipelines.settings import HomeSettings

NOW = datetime(2019, 7, 5, 18)
TROUBLE = Trouble(
    "load|units.csv",
    "每日装载没有完成",
    "每日装载没有完成。",
    'units.csv:3: “<at user_id="all">” is no name\n  see https://example.test/x',
    "Write the name.",
    "/home/logs/taizhang.log",
)


def settings(*operators: str, enabled: bool = True) -> HomeSettings:
    return HomeSettings.model_validate(
        {
            "district": {"name": "试验区", "code": "130871", "reporting_year": 2019},
            "channels": dict.fromkeys(operators, "env:NOWHERE"),
            "service": {"operators": list(operators)},
            "alerts": {"enabled": enabled},
        }
    )


def test_the_first_sentence_is_chinese_and_nothing_in_it_is_a_call_or_a_link():
    subject, body = operation_text(TROUBLE)
    assert subject == "【台账】运行提醒：每日装载没有完成"
    lines = body.splitlines()
    assert lines[0] == "每日装载没有完成。"
    assert "位置：/home/logs/taizhang.log" in lines
    assert "处理办法：Write the name." in lines
    assert "<" not in body and "://" not in body


def test_every_operator_is_told_once_for_one_trouble():
    with open_in_memory() as connection:
        upgrade(connection, load_forms(FORMS_FOLDER))
        assert tell_operators(connection, settings("a", "b"), TROUBLE, NOW) == 2
        assert tell_operators(connection, settings("a", "b"), TROUBLE, NOW) == 0
        assert tell_operators(connection, settings("a", enabled=False), TROUBLE, NOW) == 0
        kept = connection.execute("select distinct kind, unit_code from raw.outbox").fetchall()
    assert kept == [("operation", "")]
