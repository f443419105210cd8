"""Candidates as JSON for programs and as CSV for people who look at them in Excel.

They hold what is restricted: a file of them is for those entitled to the statistics (mode 0600).
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

from pipelines.reconciliation.candidates import LinkCandidate
from pipelines.reconciliation.deciding import Proposals
from pipelines.text import escape_formula

_COLUMNS = {
    "candidate_id": "编号", "score": "分值", "project_code": "项目代码", "project_name": "台账项目名称",
    "unit_name": "责任单位", "statistics_code": "统计库项目编码", "statistics_name": "统计库项目名称",
    "reasons": "理由", "doubts": "疑点", "conflicts": "须先看清",
}  # fmt: skip


def candidates_json(proposals: Proposals) -> dict[str, Any]:
    """What ``links propose --json`` prints."""
    return {
        "period": proposals.month.period,
        "candidates": [
            {
                **_values(proposals, one),
                "project_key": one.project.identity,
                "score": one.score,
                "evidence": [
                    {"evidence": p.kind, "measure": p.measure, "bits": p.bits, "words": p.words}
                    for p in one.evidence
                ],
                "conflicts": list(one.conflicts),
            }
            for one in proposals.candidates
        ],
    }


def candidates_csv(proposals: Proposals) -> bytes:
    """One line per candidate, UTF-8 with byte order mark; no name in it can start a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS.values())
    for one in proposals.candidates:
        values = _values(proposals, one)
        writer.writerow(escape_formula(values[column] or "") for column in _COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def candidate_words(proposals: Proposals, one: LinkCandidate) -> Sequence[str]:
    """A candidate for a terminal: what it is, why, and what stands in its way."""
    values = _values(proposals, one)
    lines = [
        f"{one.candidate_id}  {values['score']}  {values['unit_name'] or '—'}",
        f"    台账  {values['project_code'] or '（没有项目代码）'}  {one.project.name}",
        f"    统计  {one.record.identity}  {one.record.name}",
        f"    理由  {one.reasons}",
    ]
    if one.doubts:
        lines.append(f"    疑点  {one.doubts}")
    return [*lines, *(f"    注意  {conflict}" for conflict in one.conflicts)]


def _values(proposals: Proposals, one: LinkCandidate) -> dict[str, str | None]:
    unit = one.project.unit_code
    return {
        "candidate_id": one.candidate_id,
        # Evidence is never certainty: 0.9998 is not shown as 1.
        "score": f"{min(one.score, 0.999):.3f}",
        "project_code": one.project.project_code,
        "project_name": one.project.name,
        "unit_name": proposals.month.unit_names.get(unit, unit) if unit else None,
        "statistics_code": one.record.identity,
        "statistics_name": one.record.name,
        "reasons": one.reasons,
        "doubts": one.doubts,
        "conflicts": "；".join(one.conflicts),
    }
