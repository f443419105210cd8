{#-
    Everything a row points to is there, and every enumerated column holds only its declared values.
    references: a list of {column, to, field, unless (a value that points to nothing on purpose)};
    enumerations: {column: [values]}. Empty values pass: whether they may be empty is the contract's business.
-#}
{% test known_values(model, references=[], enumerations={}) %}

{% for reference in references %}
select
    '{{ reference.column }}' as column_name,
    cast({{ reference.column }} as {{ dbt.type_string() }}) as unknown_value
from {{ model }}
where
    {{ reference.column }} is not null
    {% if reference.unless %}
    and {{ reference.column }} <> '{{ reference.unless }}'
    {% endif %}
    and {{ reference.column }} not in (
        select {{ reference.field }} from {{ reference.to }} where {{ reference.field }} is not null
    )
{% if not loop.last or enumerations %}union all{% endif %}
{% endfor %}
{% for column, values in enumerations.items() %}
select
    '{{ column }}' as column_name,
    cast({{ column }} as {{ dbt.type_string() }}) as unknown_value
from {{ model }}
where {{ column }} is not null and {{ column }} not in ('{{ values | join("', '") }}')
{% if not loop.last %}union all{% endif %}
{% endfor %}

{% endtest %}
