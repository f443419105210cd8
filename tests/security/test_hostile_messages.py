"""Messages name projects; a name calls nobody, links nowhere, and adds no line and no header."""

from dataclasses import replace
from datetime import date

import pytest
from hostile import HARMFUL, WORDS

from pipelines.alerts.announcing import Said, addressed
from pipelines.alerts.supervising import supervision_text
from pipelines.ledger.telling import UnitContacts
from pipelines.reports.notices import notice_sheet
from pipelines.reports.supervision import NodeComingDue, OpenNotice
from pipelines.settings import District, HomeSettings

NODE = NodeComingDue("k1", "jia", "滨河路", "封顶", date(2022, 7, 10), 5)
NOTICE = OpenNotice(
    "n1", "jia", "甲镇", "滨河路", "节点计划", "装修", date(2022, 6, 20), 15, date(2022, 6, 21), 0, None,
    date(2022, 6, 28), "项目“滨河路”的节点“装修”应当在2022年6月20日前完成。",
)  # fmt: skip
SETTINGS = HomeSettings(district=District(name="试验区", code="1", reporting_year=2022))


@pytest.mark.parametrize("word", WORDS)
def test_a_name_in_a_message_is_words_and_nothing_else(word):
    nodes = [replace(NODE, project_name=word, node_name=word)]
    notices = [replace(NOTICE, text=f"项目“{word}”应当完成。")]
    _, body = supervision_text("甲镇", nodes, notices)
    plain = supervision_text("甲镇", [NODE], [NOTICE])[1]
    assert body.count("\n") == plain.count("\n")
    assert not HARMFUL.search(body)
    assert not set(body) & set("<>@")
    assert "://" not in body


@pytest.mark.parametrize("subject", ["回执\r\nBcc: all@evil.example", "回执\u2028x", "回执\x00"])
def test_a_subject_is_one_line(subject):
    said = Said("receipt", "jia", "1", subject, "正文\r第二行\x1b[2J", ())
    contacts = {"jia": UnitContacts("jia", "甲镇", "mail", None)}
    (message,) = addressed(said, contacts, SETTINGS)
    assert not HARMFUL.search(message.subject)
    assert "\n" not in message.subject
    assert message.body == r"正文" "\n" r"第二行\x1b[2J"


@pytest.mark.parametrize("word", WORDS)
def test_a_printed_notice_has_the_words_as_texts(word):
    sheet = notice_sheet(replace(NOTICE, project_name=word, text=word))
    assert ("项目", word) in sheet.rows
