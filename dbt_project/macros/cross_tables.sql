{#-
    Which return speaks for an indicator. A district's annexes come as several files of one form, each with some of
    the indicators: for one submitter, period and indicator the latest accepted return with values of the indicator
    speaks for all its units, and a unit it leaves out has no value; a column left blank says nothing. Of a month's
    parts the last one speaks. Which of two returns came later the ledger settled when it counted their versions.
-#}
{% macro speaking_returns(form_id, rows) -%}
    select
        receipts.receipt_id,
        given.indicator_id
    from {{ ref('stg_receipts') }} as receipts
    inner join {{ ref('stg_periods') }} as periods on receipts.period = periods.period
    inner join (
        select distinct
            receipt_id,
            indicator_id
        from {{ rows }}
    ) as given on receipts.receipt_id = given.receipt_id
    where receipts.form_id = '{{ form_id }}' and receipts.is_in_force
    qualify
        row_number() over (
            partition by receipts.unit_code, substring(receipts.period, 1, 7), given.indicator_id
            order by
                periods.part_of_month desc nulls last,
                receipts.version_no desc nulls last
        ) = 1
{%- endmacro %}
