"""Corrections that no longer fit hold back the release: their source was probably fixed.

Which correction matches what is decided in ``int_corrections__matches``; here it is only put into words.
"""

from pipelines.database import Connection

_WORDS = {
    "matches_nothing": "no return in force has such a row",
    "value_changed": "the submitted value is now {found}, not {expected}",
    "ambiguous": "several rows of the return fit",
}


def unmatched_corrections(connection: Connection) -> list[str]:
    """One sentence per declared correction that cannot be applied, with the remedy."""
    rows = connection.execute(
        "select form_id, unit_code, period, project, field, expect_value, value_found, match_status"
        " from intermediate.int_corrections__matches"
        " where match_status not in ('applied', 'not_needed') order by correction_no"
    ).fetchall()
    return [
        f"corrections.csv: {form_id} of {unit} {period}, {project}, {field}: "
        + _WORDS[status].format(found=found or "blank", expected=expected or "blank")
        + ". Set its status to fixed_by_submitter if the submitter has corrected it, or mend the line."
        for form_id, unit, period, project, field, expected, found, status in rows
    ]
