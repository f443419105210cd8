{#-
    Which return speaks for an indicator. A district's annexes come as several files of one form, each with some of
    the indicators: for one submitter, period and indicator the latest accepted return that has the indicator's
    column speaks for all its units, and a unit it leaves out has no value. Of a month's parts the last one speaks.
-#}
{% macro speaking_returns(form_id) -%}
    select
        receipts.receipt_id,
        columns.field as indicator_id
    from {{ ref('stg_receipts') }} as receipts
    inner join {{ ref('stg_periods') }} as periods on receipts.period = periods.period
    inner join {{ ref('stg_columns') }} as columns on receipts.receipt_id = columns.receipt_id
    where receipts.form_id = '{{ form_id }}' and receipts.is_in_force
    qualify
        row_number() over (
            partition by receipts.unit_code, substring(receipts.period, 1, 7), columns.field
            order by
                periods.part_of_month desc nulls last,
                receipts.received_at desc nulls last,
                receipts.file_modified_at desc nulls last,
                receipts.receipt_id desc nulls last
        ) = 1
{%- endmacro %}
