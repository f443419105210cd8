{#- The stages a project of the three batches goes through, in their order, with the column of the day each was
    reached. -#}
{% macro batch_stages() -%}
    {{ return([
        ('signed', 'signed_on'),
        ('fulfilled', 'fulfilled_on'),
        ('started', 'started_on'),
        ('produced', 'produced_on'),
        ('at_capacity', 'capacity_on')
    ]) }}
{%- endmacro %}
