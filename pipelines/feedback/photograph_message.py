"""The message that answers one photograph: what became of it, what was found, what to do. Pure.

There is no workbook to look into, so the findings stand in the message itself.
"""

from collections.abc import Sequence

from pipelines.declarations.photographs import PHOTOGRAPH_TITLE
from pipelines.ledger.answering import KeptFinding, SettledReturn
from pipelines.text import one_line
from pipelines.wording import return_name

_VERDICTS = {
    "accepted": "已受理。",
    "accepted_with_warnings": "已受理，有下面的疑问。",
    "refused": "已退回，没有归档到项目。",
    "duplicate": "与以前受理的同一项目、同一月份的照片完全相同，没有变动。",
}
_NEXT_STEPS = {
    "accepted": "不用再做什么。",
    "accepted_with_warnings": "请按疑问里说的办；不用书面说明。",
    "refused": "请按意见改正后，把照片重新放进收件文件夹。",
    "duplicate": "不用再做什么；有新拍的照片，请报送新的。",
}


def compose_for_photograph(settled: SettledReturn, findings: Sequence[KeptFinding]) -> str:
    """The whole message, a line per thing to know."""
    lines = [
        f"{settled.unit_name}：",
        f"您单位报送的{return_name(PHOTOGRAPH_TITLE, settled.period)}{_VERDICTS[settled.status]}",
        f"文件：{one_line(settled.file_name)}",
        *(f"{number}. {one_line(finding.message)}" for number, finding in enumerate(findings, 1)),
        f"下一步：{_NEXT_STEPS[settled.status]}",
        f"收到时间：{settled.received_at:%Y-%m-%d %H:%M}　回执号：{settled.receipt_id}",
    ]
    return "\n".join(lines) + "\n"
