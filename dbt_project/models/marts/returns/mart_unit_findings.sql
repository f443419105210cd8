-- Which unit makes which mistakes. What a rule on trial finds is nobody's mistake; a duplicate repeats none.
with receipts as (
    select
        receipt_id,
        unit_code,
        coalesce(form_id, 'unrecognised') as form_id,
        coalesce(period, 'unknown') as period
    from {{ ref('stg_receipts') }}
    where not is_restricted and status <> 'duplicate'
),

returns as (
    select
        unit_code,
        form_id,
        period,
        count(*) as return_count
    from receipts
    group by unit_code, form_id, period
),

findings as (
    select
        receipts.unit_code,
        receipts.form_id,
        receipts.period,
        findings.rule_id,
        count(distinct findings.receipt_id) as failed_return_count,
        count(*) as finding_count,
        count(findings.waived_by) as waived_count,
        count(case when questions.is_open_question then 1 end) as open_question_count
    from {{ ref('stg_findings') }} as findings
    inner join receipts on findings.receipt_id = receipts.receipt_id
    inner join {{ ref('int_findings__questions') }} as questions on findings.finding_id = questions.finding_id
    where not findings.is_trial
    group by receipts.unit_code, receipts.form_id, receipts.period, findings.rule_id
)

select
    {{ surrogate_key(['findings.unit_code', 'findings.form_id', 'findings.period', 'findings.rule_id']) }} as row_key,
    findings.unit_code,
    findings.form_id,
    findings.period,
    findings.rule_id,
    rules.title as rule_title,
    cast(returns.return_count as integer) as return_count,
    cast(findings.failed_return_count as integer) as failed_return_count,
    cast(findings.finding_count as integer) as finding_count,
    cast(findings.waived_count as integer) as waived_count,
    cast(findings.open_question_count as integer) as open_question_count
from findings
inner join returns
    on
        findings.unit_code = returns.unit_code
        and findings.form_id = returns.form_id
        and findings.period = returns.period
left join {{ ref('stg_rules') }} as rules on findings.rule_id = rules.rule_id
