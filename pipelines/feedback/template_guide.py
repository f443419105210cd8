"""What a template tells the clerk in words: the comment on a heading, the sheet 填表说明, hints.

Everything is said from the form's declaration. Where it stands and how it looks is ``templates``'.
"""

from collections.abc import Sequence

from pipelines.declarations.forms import Field, Form
from pipelines.feedback.prefill import Prefill
from pipelines.feedback.row_heights import fitting_height
from pipelines.feedback.sheet_plans import CellStyle, SheetLook, SheetPlan
from pipelines.periods import period_words
from pipelines.workbooks.own_sheets import GUIDE_SHEET

_HEADINGS = ("栏目", "必填", "怎么填", "例子")
_WIDTHS = (22, 8, 70, 30)
_TITLE = CellStyle(points=16, is_bold=True)
_TEXT = CellStyle(wraps=True)
_HEADING = CellStyle(is_bold=True, fill="D9E1F2", horizontal="center", has_border=True)
_BODY = CellStyle(wraps=True, has_border=True)


def choices_of(column: Field) -> tuple[str, ...]:
    """The values a drop-down offers, in declared order; none where the field is no list."""
    return tuple(dict.fromkeys(column.choices.values()))


def how_to_fill(column: Field) -> str:
    """What to write into a column, in sentences."""
    sentences = [column.meaning] if column.meaning else []
    match column.kind:
        case "money":
            sentences.append("单位是万元，只填数字，不写“约”“余”；没有数的留空")
        case "count":
            sentences.append("单位是个，只填数字；没有数的留空")
        case "percent":
            sentences.append("填百分数，例如 85 表示百分之八十五，不写百分号；没有数的留空")
        case "score":
            sentences.append("只填分数；没有的留空")
        case "period":
            sentences.append("写年月，例如 2022年5月")
        case "date":
            sentences.append("写年月日，只知道月份的写年月")
        case "list":
            sentences.append(f"从下拉框里选：{'、'.join(choices_of(column))}")
        case _:
            pass
    return "。".join(sentences or ["照实填写"]) + "。"


def heading_comment(column: Field) -> str:
    """The comment that opens when the pointer rests on a heading."""
    lines = [f"{column.label}（{'必填' if column.is_required else '选填'}）", how_to_fill(column)]
    if column.example:
        lines.append(f"例：{column.example}")
    return "\n".join(lines)


def wrong_value(column: Field) -> str:
    """What is said when a value cannot be right."""
    match column.kind:
        case "money":
            return f"“{column.label}”只填数字，单位是万元，例如 {column.example}。没有数的留空。"
        case "count":
            return f"“{column.label}”只填数字，单位是个，例如 {column.example}。没有数的留空。"
        case "percent":
            return f"“{column.label}”只填百分数，例如 {column.example}。没有数的留空。"
        case "score":
            return f"“{column.label}”只填分数，例如 {column.example}。没有的留空。"
        case "date":
            return (
                f"“{column.label}”写年月日，例如 2019-03-15。只知道月份的写 2019年3月。没有的留空。"
            )
        case "list":
            return f"“{column.label}”请从下拉框里选：{'、'.join(choices_of(column))}。"
        case _:
            return ""


def outdated_value(form: Form, column: Field, value: str, last_period: str) -> str:
    """What is said on a cell that still shows the last return's value."""
    said = f"这里是上期（{period_words(last_period)}）报的：{value[:60]}。"
    if column.kind == "money":
        return f"{said}请改为截至本期的累计数，单位是万元。"
    return f"{said}请改为本期的情况；没有变化的不用改。"


def guide_sheet(form: Form, period: str | None, sheet: str, prefill: Prefill) -> SheetPlan:
    """The visible sheet 填表说明."""
    title = f"《{form.header.title}》填表说明"
    steps = _steps(form, period, sheet, prefill)
    rows: list[Sequence[str]] = [(title,), *((step,) for step in steps), (), _HEADINGS]
    top = len(rows)
    rows += [
        (f.label, "必填" if f.is_required else "", how_to_fill(f), f.example) for f in form.fields
    ]
    right = len(_HEADINGS) - 1
    look = SheetLook(
        widths=_WIDTHS,
        heights=_heights(rows, top),
        styles=(
            ((0, 0, 0, right), _TITLE),
            ((1, 0, len(steps), right), _TEXT),
            ((top - 1, 0, top - 1, right), _HEADING),
            ((top, 0, len(rows) - 1, right), _BODY),
        ),
        is_landscape=True,
        is_protected=True,
    )
    merges = [(row, 0, row, right) for row in range(len(steps) + 1)]
    return SheetPlan(GUIDE_SHEET, rows, merges, look=look)


def _heights(rows: Sequence[Sequence[str]], top: int) -> dict[int, float]:
    """Steps run over all columns, the rows of the list keep to theirs."""
    steps = {row: fitting_height(rows[row], [sum(_WIDTHS)]) for row in range(1, top - 2)}
    listed = {row: fitting_height(rows[row], _WIDTHS) for row in range(top, len(rows))}
    return {0: 34} | steps | listed


def _steps(form: Form, period: str | None, sheet: str, prefill: Prefill) -> list[str]:
    rows = "单位" if form.is_cross_table else form.header.row_word
    steps = [] if period else ["先在标题的横线上写明年份和月份。"]
    steps += [
        f"请在工作表“{sheet}”里填写{period_words(period) if period else '本期'}的情况：每个{rows}一行，从表头下面第一行填起，中间不要留空行。",
        "黄色表头的栏目必须填。其他栏目有就填，没有就留空。把鼠标放在表头上，可以看到这一栏怎么填。",
        "标题和表头不要改。行不够时可以在中间插入行；不要增加栏目，也不要另加工作表。",
        f"本期没有内容的，在“{form.name_field.label}”栏的第一行写“零报告”。",
    ]
    if prefill.rows and form.is_cross_table:
        steps.append("考核单位的名称已经填好，请核对；没有任务的单位，数留空，不用删去这一行。")
    elif prefill.rows:
        steps.append(
            f"项目名称等已经按台账和上期报表填好，请核对：少了的{rows}在下面补上，不属于本单位的整行清空。"
        )
    if any(row.outdated for row in prefill.rows) and prefill.last_period is not None:
        steps.append(
            f"橙色的数和点一下有提示的格子，是上期（{period_words(prefill.last_period)}）报的内容，请逐个改成本期的；数改过以后橙色自动消失。"
        )
    steps.append("填好后保存，放进本单位的报送文件夹。每期用当期的模板，不要拿上期的文件改名再报。")
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]
