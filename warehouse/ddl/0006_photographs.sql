-- A photograph has no sheet to write a reply on: what is asked about it is answered by the right picture, and it
-- leaves no question open.
create or replace view raw.open_questions as
select f.receipt_id, f.finding_id, r.unit_code, r.form_id, r.period
from raw.findings as f
inner join raw.returns_in_force as r on f.receipt_id = r.receipt_id
where f.severity = 'warning' and coalesce(f.declared_severity, 'warning') <> 'error'
    and not coalesce(f.is_trial, false)
    and r.form_id <> 'photograph'
    and f.finding_id not in (select finding_id from raw.finding_replies);
