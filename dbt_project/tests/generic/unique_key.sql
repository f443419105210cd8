{#- The stated grain holds: every column of the key is filled, and no key occurs twice. -#}
{% test unique_key(model, columns) %}

with keys as (
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
)

select *
from keys
where
    row_count > 1
    {% for column in columns %}
    or {{ column }} is null
    {% endfor %}

{% endtest %}
