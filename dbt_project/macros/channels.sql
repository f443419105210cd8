{#-
    What people wrote where the name of a channel belongs is published only where it is one: a mail address or a
    telephone number typed there by mistake stays inside. Nothing is replaced where it is one, so an expression that
    takes an address out, or a list of names away, tells which it is.
-#}
{% macro holds_no_address(column) -%}
    regexp_replace({{ column }}, '@|[0-9][0-9-]{5,}[0-9]', '') = {{ column }}
{%- endmacro %}

{% macro is_list_of_names(column) -%}
    {%- set name = ' *[A-Za-z_][A-Za-z0-9_:-]* *' -%}
    regexp_replace({{ column }}, '^{{ name }}(;{{ name }})*;? *$', '') = ''
{%- endmacro %}

{% macro not_a_channel_name() -%}'(not a channel name)'{%- endmacro %}
