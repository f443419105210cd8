{#-
    For a model whose every row belongs to one return: where the build goes on from the last one, only rows of returns
    that changed since are made; those of the others are there already. The load takes out what has changed before.
-#}
{% macro of_changed_returns(receipt_id) -%}
    {%- if is_incremental() -%}
        and {{ receipt_id }} in (
            select changed_receipts.receipt_id from {{ source('increment', 'changed_receipts') }} as changed_receipts
        )
    {%- endif -%}
{%- endmacro %}

{#-
    The same table for the open and for the restricted returns. What stands in a cell that tells of a person is quoted
    to its submitter and not published.
-#}
{% macro findings(is_restricted) -%}
    select
        {{ surrogate_key(['findings.finding_id']) }} as row_key,
        findings.finding_id,
        findings.receipt_id,
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        findings.rule_id,
        findings.rule_version,
        findings.severity,
        findings.declared_severity,
        findings.is_trial,
        findings.sheet,
        findings.cell,
        findings.row_number,
        findings.field,
        findings.project_name,
        {% if is_restricted %}
        findings.value_found,
        findings.value_expected,
        findings.message,
        {% else %}
        case when closed.finding_id is null then findings.value_found end as value_found,
        case when closed.finding_id is null then findings.value_expected end as value_expected,
        case
            when closed.finding_id is null then findings.message
            else '涉及个人信息，原文见退回给填报单位的意见'
        end as message,
        {% endif %}
        findings.waived_by,
        findings.waiver_reason,
        findings.waiver_expires,
        questions.reply_reason,
        questions.reply_note,
        questions.replied_in,
        questions.is_open_question
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('stg_receipts') }} as receipts on findings.receipt_id = receipts.receipt_id
    inner join {{ ref('int_findings__questions') }} as questions on findings.finding_id = questions.finding_id
    {% if not is_restricted %}
    left join {{ ref('int_findings__closed') }} as closed on findings.finding_id = closed.finding_id
    {% endif %}
    where {{ 'receipts.is_restricted' if is_restricted else 'not receipts.is_restricted' }}
{%- endmacro %}

{#- What every rule gave on every return. A rule that was withdrawn since keeps its outcomes. -#}
{% macro rule_outcomes(is_restricted) -%}
    select
        {{ surrogate_key(['outcomes.receipt_id', 'outcomes.rule_id']) }} as row_key,
        outcomes.receipt_id,
        outcomes.rule_id,
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        outcomes.outcome,
        outcomes.not_evaluated_because,
        outcomes.failed_count,
        outcomes.not_evaluated_count,
        outcomes.rule_version,
        outcomes.load_id
    from {{ ref('stg_rule_outcomes') }} as outcomes
    inner join {{ ref('stg_receipts') }} as receipts on outcomes.receipt_id = receipts.receipt_id
    where
        {{ 'receipts.is_restricted' if is_restricted else 'not receipts.is_restricted' }}
        {{ of_changed_returns('outcomes.receipt_id') }}
{%- endmacro %}

{#- Every receipt with where it stands. Why a restricted return was refused may quote it, and so may its file name:
    the open release only says where to read it. -#}
{% macro submissions(shows_restricted) -%}
    select
        {{ surrogate_key(['receipts.receipt_id']) }} as row_key,
        receipts.receipt_id,
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        {% if shows_restricted %}
        receipts.file_name,
        {% else %}
        case when not receipts.is_restricted then receipts.file_name end as file_name,
        {% endif %}
        receipts.sha256,
        receipts.size_bytes,
        receipts.received_at,
        receipts.status,
        states.state,
        states.state_name,
        states.next_step,
        states.error_count,
        states.warning_count,
        states.open_question_count,
        states.due_at,
        states.is_late,
        receipts.version_no,
        receipts.superseded_by,
        receipts.duplicate_of,
        {% if shows_restricted %}
        receipts.refused_because,
        {% else %}
        case
            when receipts.is_restricted and receipts.refused_because is not null
                then '已退回，原因见受限发布 statistics.duckdb'
            when
                receipts.receipt_id in (
                    select quoted.receipt_id
                    from {{ ref('int_findings__closed') }} as quoted
                    inner join {{ ref('stg_receipts') }} as refused on quoted.receipt_id = refused.receipt_id
                    where substring(refused.refused_because, 1, length(quoted.message)) = quoted.message
                )
                then '涉及个人信息，原因见退回给填报单位的意见'
            else receipts.refused_because
        end as refused_because,
        {% endif %}
        receipts.is_restricted
    from {{ ref('stg_receipts') }} as receipts
    inner join {{ ref('int_returns__states') }} as states on receipts.receipt_id = states.receipt_id
    {% if shows_restricted %}
    where receipts.is_restricted
    {% endif %}
{%- endmacro %}

{#- Every used row of a sheet is one kind of row. The rows of a duplicate are refused too: the same bytes are
    loaded already, under the return they repeat. -#}
{% macro row_accounting(is_restricted) -%}
    with sheets as (
        select
            sheets.*,
            receipts.unit_code,
            receipts.form_id,
            receipts.period,
            case when receipts.is_accepted then sheets.data_rows else 0 end as data_rows_loaded,
            case when receipts.is_accepted then 0 else sheets.data_rows end as data_rows_refused
        from {{ ref('stg_sheets') }} as sheets
        inner join {{ ref('stg_receipts') }} as receipts on sheets.receipt_id = receipts.receipt_id
        where
            {{ 'receipts.is_restricted' if is_restricted else 'not receipts.is_restricted' }}
            {{ of_changed_returns('sheets.receipt_id') }}
    )

    select
        {{ surrogate_key(['receipt_id', 'sheet_index']) }} as row_key,
        receipt_id,
        sheet_index,
        sheet,
        unit_code,
        form_id,
        period,
        is_hidden,
        used_rows,
        title_rows,
        header_rows,
        category_rows,
        total_rows,
        note_rows,
        blank_rows,
        continuation_rows,
        data_rows_loaded,
        data_rows_refused,
        used_cells,
        counted_cells,
        hidden_rows,
        filtered_rows,
        hidden_columns,
        struck_cells,
        stray_cells,
        is_1904,
        used_rows = title_rows + header_rows + category_rows + total_rows + note_rows + blank_rows
            + continuation_rows + data_rows_loaded + data_rows_refused
        and (counted_cells is null or used_cells = counted_cells) as is_balanced
    from sheets
{%- endmacro %}
