{#-
    What must never stand in the open release, wherever a submitter wrote it: the number of a mobile telephone, of a line
    with its area code, of an identity card. In the ledger, the archive and the restricted release it stays.

    A number may be parted by blanks or hyphens and written full-width; it is one only where no digit goes before or
    after it, nor a point with digits, so that amounts, codes and hashes are left alone.
-#}
{% macro personal_numbers() -%}
    {%- set digit = '[0-9０-９]' -%}
    {{ return([
        {'body': '(?:[+]?86[- ]?)?[1１][3-9３-９]' ~ digit ~ '(?:[- ]?' ~ digit ~ '{4}){2}', 'shown': '1**********'},
        {'body': '0[0-9]{2,3}[-—－][0-9]{7,8}', 'shown': '0**-*******'},
        {
            'body': '[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]',
            'shown': '******************',
        },
    ]) }}
{%- endmacro %}

{% macro number_alone(body) -%}
    (^|[^0-9０-９.])(?:{{ body }})([^0-9０-９.]|[.][^0-9]|[.]?$)
{%- endmacro %}

{#- Two numbers may share the sign between them, and one match takes it: so each is replaced twice. -#}
{% macro without_personal_numbers(text) -%}
    {%- set replaced = namespace(text=text) -%}
    {%- for number in personal_numbers() -%}
        {%- for _ in range(2) -%}
            {%- set replaced.text -%}
                regexp_replace({{ replaced.text }}, '{{ number_alone(number.body) }}', '\1{{ number.shown }}\2', 'g')
            {%- endset -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ replaced.text }}
{%- endmacro %}

{% macro holds_personal_number(text) -%}
    {%- set bodies = personal_numbers() | map(attribute='body') | join('|') -%}
    regexp_matches({{ text }}, '{{ number_alone(bodies) }}')
{%- endmacro %}

{#- Keys, codes, hashes, places and the text of a figure's cell are no words of a submitter. -#}
{% macro columns_of_words(columns) -%}
    {%- set words = [] -%}
    {%- for column in columns.values() if (column.data_type or '') | lower in ['varchar', 'text', 'string'] -%}
        {%- if not modules.re.search(
            '(_key|_id|_code|_uscc|period|sha256|cell|raw_text|steps|marks|_hash)$', column.name
        ) -%}
            {%- do words.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(words) }}
{%- endmacro %}

{#- After each open mart is built, and before anything reads it. -#}
{% macro mask_personal_numbers() -%}
    {%- set words = columns_of_words(model.columns) if model.schema == 'marts' else [] -%}
    {%- if words -%}
        update {{ this }} set
        {%- for word in words %}
            {{ adapter.quote(word) }} = {{ without_personal_numbers(adapter.quote(word)) }}{{ ',' if not loop.last }}
        {%- endfor %}
        where
        {%- for word in words %}
            {{ holds_personal_number(adapter.quote(word)) }}{{ ' or ' if not loop.last }}
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
