{#-
    What must never stand in the open release, wherever a submitter wrote it: the number of a mobile telephone, of a line
    with its area code, of an identity card. In the ledger, the archive and the restricted release it stays.

    A number may be parted by blanks, hyphens, dashes or points and written full-width; it is one only where no digit goes
    before or after it, nor a point with digits, so that amounts, codes and hashes are left alone.
-#}
{% macro personal_numbers() -%}
    {%- set digit = '[0-9０-９]' -%}
    {%- set blank = '[ 　 ]' -%}
    {%- set apart = '[-‐‑–—－ 　 ]' -%}
    {#- A single point is that of an amount: it parts a number only where it stands at both places. -#}
    {%- set mobile_groups = '(?:(?:' ~ apart ~ '?' ~ digit ~ '{4}){2}|(?:[.．·]' ~ digit ~ '{4}){2})' -%}
    {%- set birthday = ['(?:[1１][9９]|[2２][0０])', digit, digit, '[0０1１]', digit, '[0-3０-３]', digit] -%}
    {{ return([
        {
            'body': '(?:(?:[+＋]|[0０]{2})?[8８][6６]' ~ apart ~ '?)?[1１][3-9３-９]' ~ digit ~ mobile_groups,
            'shown': '1**********',
        },
        {
            'body': '[(（]?[0０]' ~ digit ~ '{2,3}(?:[)）]' ~ blank ~ '?|' ~ apart ~ ')' ~ digit ~ '{7,8}',
            'shown': '0**-*******',
        },
        {
            'body': '[1-9１-９]' ~ (blank ~ '?' ~ digit) * 5 ~ blank ~ '?' ~ birthday | join(blank ~ '?')
            ~ (blank ~ '?' ~ digit) * 3 ~ blank ~ '?[0-9０-９XxＸｘ]',
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

{#- Columns of text that no submitter words: keys, codes, hashes, months, places. The text of a figure's cell is masked
    where the cell is traced (open_cell_text). A column that is not named here is looked through. -#}
{% macro columns_without_words() -%}
    {{ return([
        'row_key', 'vintage_key', 'project_key', 'lifecycle_key', 'contribution_key', 'item_key', 'meeting_key',
        'source_row_key',
        'receipt_id', 'old_receipt_id', 'new_receipt_id', 'closing_receipt_id', 'finding_id', 'notice_id', 'message_id',
        'load_id', 'form_id', 'source_form_id', 'rule_id', 'indicator_id', 'parent_indicator_id',
        'unit_code', 'submitter_code', 'provider_unit_code', 'subject_code', 'township_code', 'project_code',
        'industry_code', 'owner_uscc', 'sha256',
        'period', 'as_of_period', 'start_period', 'completion_period', 'exit_period', 'reported_period', 'since_period',
        'first_seen_period', 'last_new_photo_period',
        'cell', 'old_cell', 'new_cell', 'marks', 'raw_text'
    ]) }}
{%- endmacro %}

{% macro columns_of_words(columns) -%}
    {%- set words = [] -%}
    {%- for column in columns.values() if (column.data_type or '') | lower in ['varchar', 'text', 'string'] -%}
        {%- if column.name not in columns_without_words() -%}
            {%- do words.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(words) }}
{%- endmacro %}

{#- The text of a cell as everybody may read it: that of a figure or date as it stands, of a field of words masked. -#}
{% macro open_cell_text(text, field) -%}
    case when {{ field }} in ('{{ fields_of_words() | join("', '") }}')
        then {{ without_personal_numbers(text) }}
        else {{ text }}
    end
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
