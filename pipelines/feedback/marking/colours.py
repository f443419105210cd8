"""The colours of an answer and what they are called.

Each is a shade nobody picks by hand, so that our fill is known again in a workbook that comes back.
"""

from pipelines.feedback.marking.plan import Severity

COLOUR_OF: dict[Severity, str] = {"error": "FFCAC8", "warning": "FFF2AE", "information": "D0E5FB"}
WORD_OF: dict[Severity, str] = {"error": "错误", "warning": "疑问", "information": "提示"}
REPLY_COLOUR = "FFF9D6"
_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "information")


def rank(severity: Severity) -> int:
    """0 for the worst."""
    return _WORST_FIRST.index(severity)
