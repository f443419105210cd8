-- 问：哪些报表被退回过？退回的原因在哪一格？后来改好重报了没有，什么时候？
-- Q: Which returns were refused, for which cell and reason, and was a corrected one accepted later, and when?
-- 口径：同一单位、同一表、同一期以后第一份被受理的算改好；认不出表种或期别的文件无从对应，改好一栏为空。
--      收到时刻是装载的时刻：同一次装载收到的几份文件，时刻相同。受限报表的退回原因不在这里。
-- Method: docs/runbooks/resubmission.md
with errors as (
    select
        receipt_id,
        rule_id,
        sheet,
        cell,
        message,
        row_number() over (partition by receipt_id order by finding_id) as number_in_return
    from marts.fct_findings
    where severity = 'error'
),

accepted as (
    select unit_code, form_id, period, received_at
    from marts.fct_submissions
    where status in ('accepted', 'accepted_with_warnings')
)

select
    units.unit_name,
    refused.form_id,
    refused.period,
    refused.file_name,
    refused.received_at as refused_at,
    errors.rule_id,
    errors.sheet,
    errors.cell,
    errors.message,
    min(accepted.received_at) as accepted_at
from marts.fct_submissions as refused
inner join marts.dim_unit as units on refused.unit_code = units.unit_code
left join errors on refused.receipt_id = errors.receipt_id
left join accepted
    on
        refused.unit_code = accepted.unit_code
        and refused.form_id = accepted.form_id
        and refused.period = accepted.period
        and refused.received_at <= accepted.received_at
where refused.status = 'refused' and not refused.is_restricted
group by
    units.unit_name, refused.form_id, refused.period, refused.file_name, refused.received_at, refused.receipt_id,
    errors.rule_id, errors.sheet, errors.cell, errors.message, errors.number_in_return
order by refused.received_at, refused.receipt_id, errors.number_in_return
