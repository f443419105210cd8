"""What a row of a form is about: what tells it from the other rows of its return and of earlier ones.

A code, else a name, with the columns of ``identity_with`` in ``form.yml``. All here is SQL over typed rows.
"""

from pipelines.database import quote_name, quote_text
from pipelines.declarations.forms import Form, IdentityPart


def identity_columns(form: Form) -> str:
    """How often what a row is about has occurred so far in its return; in words, what that is."""
    name, own_code = f"{form.name_field.name}_key", form.own_code
    words = quote_text(_identity_words(form))
    beside = "".join(f" || '|' || {_told_apart(part)}" for part in form.identity_parts)
    alone = own_code or (name if "project_code" not in form.by_name else None)
    if alone is not None:
        return f"""
        ({alone}{beside}) as identity, {words} as identity_words,
        case when {alone} is null then 1 else row_number() over (
            partition by receipt_id, ({alone}{beside}) order by frame_row) end as occurrence"""
    return f"""
        (coalesce(project_code, {name}){beside}) as identity, {words} as identity_words,
        greatest(
            case when project_code is null then 1 else row_number() over (
                partition by receipt_id, (project_code{beside}) order by frame_row) end,
            case when {name} is null or not bool_or(project_code is null) over (
                partition by receipt_id, ({name}{beside})) then 1 else row_number() over (
                partition by receipt_id, ({name}{beside}) order by frame_row) end
        ) as occurrence"""


def item_ref(form: Form) -> str:
    """The SQL expression, over a row and its ``project_ref``, that says of which item of a list the row speaks."""
    beside = [part for part in form.identity_parts if part.field.name != "project_name"]
    if form.own_code is None and form.name_field is not form.project_field:
        beside.append(IdentityPart(form.name_field))
    columns = ("coalesce(project_ref, '')", *map(_told_apart, beside))
    return " || '|' || ".join(columns)


def _told_apart(part: IdentityPart) -> str:
    """A column that tells rows apart, in the form in which it is compared."""
    field = part.field
    if part.taken is not None:
        return f"coalesce(cast({part.taken}({quote_name(field.name)}) as varchar), '')"
    if field.kind in ("name", "unit"):
        return f"coalesce({quote_name(f'{field.name}_key')}, '')"
    text = f"cast({quote_name(field.name)} as varchar)"
    return f"coalesce(regexp_replace({text}, '\\s', '', 'g'), '')"


def _identity_words(form: Form) -> str:
    """By which columns the rows of a form are told apart, as the form calls them."""
    if form.own_code is not None:
        first = form.by_name[form.own_code].label
    else:
        code = form.by_name.get("project_code")
        first = form.name_field.label + (f"（或{code.label}）" if code is not None else "")
    return "、".join((first, *map(_part_words, form.identity_parts)))


def _part_words(part: IdentityPart) -> str:
    return f"{part.field.label}的年份" if part.taken == "year" else part.field.label
