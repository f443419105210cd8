"""The message that answers a zip package: what was in it; each of its files has an answer of its own. Pure."""

from collections.abc import Sequence

from pipelines.ledger.answering import SettledReturn
from pipelines.text import one_line


def compose_for_package(settled: SettledReturn, members: Sequence[tuple[str, str]]) -> str:
    """The whole message; ``members`` are the file names of a package and their receipts, in its order."""
    lines = [
        f"{settled.unit_name}：",
        f"您单位报送的压缩包已收到，里面有{len(members)}个文件，已逐个登记、分别答复。",
        f"文件：{one_line(settled.file_name)}",
        *(
            f"{number}. {one_line(name)}　回执号：{receipt_id}"
            for number, (name, receipt_id) in enumerate(members, 1)
        ),
        "下一步：请看每个文件自己的答复；被退回的，只需改正后重新报送那一个文件。",
        f"收到时间：{settled.received_at:%Y-%m-%d %H:%M}　回执号：{settled.receipt_id}",
    ]
    return "\n".join(lines) + "\n"
