"""The texts units read: the receipt right after a judgement, and the daily digest. Pure.

Counts, forms, periods and deadlines only: no project, no figure, no cell (contract §6.7).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pipelines.declarations.deadlines import is_late
from pipelines.declarations.packages import PACKAGE
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.ledger.telling import Judged, MissingReturn, OpenMatter, Verdict
from pipelines.periods import period_words
from pipelines.wording import day_words, due_words, resend_words, return_name

# A robot of 企业微信 takes 2,048 bytes of text (its documentation); subject and body share them.
LONGEST_BYTES = 2_000
_WORDS: dict[Verdict, str] = {
    "accepted": "受理",
    "accepted_with_warnings": "受理（有疑问）",
    "refused": "退回",
    "duplicate": "重复",
}
# Refused ones first: they want something to be done.
_ORDER: tuple[Verdict, ...] = ("refused", "accepted_with_warnings", "accepted", "duplicate")


def receipt_text(
    unit_name: str, returns: Sequence[Judged], titles: Mapping[str, str], now: datetime
) -> tuple[str, str]:
    """Subject and body of the receipt for one unit and run. ``titles``: form id → what it is called.

    Photographs are counted apart, packages by what was in them.
    """
    ordered = sorted(
        (judged for judged in returns if judged.form_id not in (PHOTOGRAPH, PACKAGE)),
        key=lambda judged: _ORDER.index(judged.verdict),
    )
    photographs = [judged for judged in returns if judged.form_id == PHOTOGRAPH]
    if not ordered:
        subject = f"【台账】项目照片回执：{_photograph_counts(photographs)}"
        return subject, fitted(
            subject, [f"{unit_name}："], [_photographs_line(photographs)], ["不用回复。"]
        )
    counted = Counter(judged.verdict for judged in ordered)
    summary = "，".join(f"{counted[v]}份{_WORDS[v]}" for v in _ORDER if counted[v])
    periods = {judged.period for judged in ordered}
    only = next(iter(periods)) if len(periods) == 1 else None
    subject = f"【台账】{period_words(only) if only else ''}报表回执：{summary}"
    head = [f"{unit_name}：", f"您单位报送的{len(ordered)}份报表已校验：{summary}。"]
    lines = [_photographs_line(photographs)] if photographs else []
    lines += [line for judged in ordered for line in _judged_lines(judged, titles, now)]
    return subject, fitted(subject, head, lines, _next_steps(counted))


def digest_text(
    unit_name: str,
    missing: Sequence[MissingReturn],
    matters: Sequence[OpenMatter],
    titles: Mapping[str, str],
    today: date,
) -> tuple[str, str]:
    """Subject and body of a day's digest: what is due, overdue, refused, or wants an answer."""
    late = [duty for duty in missing if is_late(today, duty.due_at)]
    coming = [duty for duty in missing if not is_late(today, duty.due_at)]
    refused = [matter for matter in matters if matter.kind == "refusal"]
    asked = [matter for matter in matters if matter.kind == "questions"]
    counts = (
        (late, "逾期未报"),
        (coming, "即将到期"),
        (refused, "退回未重报"),
        (asked, "疑问待说明"),
    )
    summary = "，".join(f"{len(found)}份{words}" for found, words in counts if found)
    subject = f"【台账】每日提醒：{summary}"
    lines = [
        *(_due_line(duty, titles, today) for duty in (*late, *coming)),
        *(_matter_line(matter, titles) for matter in (*refused, *asked)),
    ]
    steps = []
    if late or coming or refused:
        steps.append(
            "下一步：请把报表放进本单位的收件文件夹。退回过的，请先按答复逐条改正，再整份重报。"
        )
    if asked:
        steps.append(
            "有疑问的，请在答复工作簿“校验意见”表里填写说明，放进收件文件夹；数据有错就改正后重报。"
        )
    steps.append("已经报送的，请忽略本提醒。")
    return subject, fitted(subject, [f"{unit_name}："], lines, steps)


def _judged_lines(judged: Judged, titles: Mapping[str, str], now: datetime) -> list[str]:
    name = return_name(_title(judged.form_id, titles), judged.period)
    where = f"　答复：feedback/{judged.unit_code}/{judged.receipt_id}/"
    if judged.verdict == "refused":
        errors = f"，{judged.errors}处错误" if judged.errors else ""
        return [f"· {name}：退回{errors}。{_resubmission(judged, now)}", where]
    if judged.verdict == "duplicate":
        return [f"· {name}：与已受理的完全相同，没有变动。", where]
    if judged.questions:
        return [f"· {name}：已受理，有{judged.questions}处疑问请说明。", where]
    superseded = "" if judged.is_in_force else "（同时收到更新的版本，以新版本为准）"
    return [f"· {name}：已受理{superseded}。", where]


def _photographs_line(photographs: Sequence[Judged]) -> str:
    """Photographs come by the hundred: one line for all of them."""
    where = f"feedback/{photographs[0].unit_code}/"
    return f"· 项目照片：{_photograph_counts(photographs)}。退回和有疑问的，原因见 {where} 下各答复里的 message.txt。"


def _photograph_counts(photographs: Sequence[Judged]) -> str:
    counted = Counter(judged.verdict for judged in photographs)
    return "，".join(f"{counted[v]}张{_WORDS[v]}" for v in _ORDER if counted[v])


def _resubmission(judged: Judged, now: datetime) -> str:
    if judged.due_at is None:
        return "请改正后尽快重报。"
    return resend_words(judged.due_at, is_late=is_late(now, judged.due_at))


def _next_steps(counted: Counter[Verdict]) -> list[str]:
    steps = []
    if counted["refused"]:
        steps.append("下一步：打开答复文件夹里标注好的工作簿，逐条改正，再把整份报表重新报送。")
    if counted["accepted_with_warnings"]:
        steps.append("有疑问的，请在答复工作簿“校验意见”表里填写说明，放进收件文件夹。")
    return steps or ["不用再做什么。"]


def _due_line(duty: MissingReturn, titles: Mapping[str, str], today: date) -> str:
    name = return_name(_title(duty.form_id, titles), duty.period)
    state = "退回后还没有重报" if duty.was_refused else "还没有收到"
    days = (today - duty.due_at.date()).days
    if days > 0:
        return f"· {name}：{day_words(duty.due_at)}到期，已逾期{days}天，{state}。"
    left = "今天到期" if days == 0 else f"还有{-days}天"
    return f"· {name}：{due_words(duty.due_at)}到期（{left}），{state}。"


def _matter_line(matter: OpenMatter, titles: Mapping[str, str]) -> str:
    name = return_name(_title(matter.form_id, titles), matter.period)
    where = f"feedback/{matter.unit_code}/{matter.receipt_id}/"
    if matter.kind == "refusal":
        return f"· {name}：{day_words(matter.received_at)}退回，还没有重报。答复：{where}"
    return f"· {name}：还有{matter.questions}处疑问没有说明。答复：{where}"


def _title(form_id: str | None, titles: Mapping[str, str]) -> str | None:
    return titles.get(form_id, form_id) if form_id else None


def fitted(subject: str, head: Sequence[str], lines: Sequence[str], tail: Sequence[str]) -> str:
    """Head, as many lines as a robot takes, and the tail; what was left out is counted."""
    kept: list[str] = []
    note = "……另有{}项，详见答复文件夹，或询问台账管理员。"
    fixed = [subject, *head, note.format(len(lines)), *tail]
    room = LONGEST_BYTES - sum(_size(line) for line in fixed)
    for line in lines:
        room -= _size(line)
        if room < 0:
            break
        kept.append(line)
    left_out = sum(1 for line in lines[len(kept) :] if line.startswith("·"))
    more = [note.format(left_out)] if left_out else []
    return "\n".join([*head, *kept, *more, *tail])


def _size(line: str) -> int:
    return len(line.encode()) + 2
