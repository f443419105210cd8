-- Answers to returns: rule outcomes, waivers, corrections, replies, due dates, the outbox.

-- The marts are built in a copy from now on; what was built here would go into every copy.
drop schema if exists marts_restricted cascade;
drop schema if exists marts cascade;
drop schema if exists intermediate cascade;
drop schema if exists staging cascade;

-- Whether the answer to a return lies in feedback/. Of the returns settled before answers existed only those
-- in force get one: they may hold questions.
alter table raw.receipts add column is_answered boolean default false;
update raw.receipts set is_answered = true
where superseded_by is not null or status not in ('accepted', 'accepted_with_warnings');

-- severity is what holds; declared_severity what the rule says. A waived error is an information.
alter table raw.findings add column rule_version integer;
alter table raw.findings add column declared_severity varchar;
alter table raw.findings add column is_trial boolean default false;
alter table raw.findings add column waived_by varchar;
alter table raw.findings add column waiver_reason varchar;
alter table raw.findings add column waiver_expires date;
update raw.findings set rule_version = 1, declared_severity = coalesce(
    (select r.severity from raw.rules as r where r.rule_id = findings.rule_id), severity);

-- Replaced at every load; what every version of a rule said is kept in raw.rule_versions.
drop table raw.rules;
create table raw.rules (
    rule_id varchar primary key,
    rule_version integer not null,
    form_id varchar,
    frame varchar not null,
    level integer not null,
    severity varchar not null,
    severity_with_reason varchar,
    is_trial boolean not null,
    field varchar,
    fields varchar,
    title varchar not null,
    tolerance varchar,
    message varchar not null,
    remedy varchar not null,
    example varchar,
    reason varchar not null,
    expectation varchar not null,
    valid_from date not null,
    valid_to date
);
create table raw.rule_versions (
    rule_id varchar not null,
    rule_version integer not null,
    first_load_id varchar,
    definition varchar not null
);

-- One row per rule and return. outcome: 1 holds, 0 fails, NA not evaluated (and why).
create table raw.rule_outcomes (
    receipt_id varchar not null,
    rule_id varchar not null,
    rule_version integer not null,
    load_id varchar not null,
    outcome varchar not null,
    not_evaluated_because varchar,
    failed_count integer not null,
    not_evaluated_count integer not null
);

-- One row per reply that a return carried on its answer sheet: to which finding, and what it says.
create table raw.replies (
    receipt_id varchar not null,
    finding_id varchar not null,
    reason varchar not null,
    note varchar,
    cell varchar not null
);

-- period, unit, form and project may be blank: then the waiver holds for all of them.
create table config.waivers (
    waiver_no integer not null,
    rule_id varchar not null,
    unit_code varchar,
    form_id varchar,
    period varchar,
    project varchar,
    project_code varchar,
    project_name_key varchar,
    requested_by varchar,
    approved_by varchar not null,
    reason varchar not null,
    expires date not null
);

-- Values are canonical texts: money in 万元 with a point, dates as YYYY-MM-DD; NULL means blank.
create table config.corrections (
    correction_no integer not null,
    form_id varchar not null,
    unit_code varchar not null,
    period varchar not null,
    project varchar not null,
    project_code varchar,
    project_name_key varchar,
    field varchar not null,
    expect_value varchar,
    new_value varchar,
    reason varchar not null,
    decided_by varchar not null,
    status varchar not null
);

-- The states of a return, as people read them (sources/reference/return_states.csv).
create table reference.return_states (
    state varchar primary key,
    state_name varchar not null,
    next_step varchar not null,
    sort_order integer not null
);

-- One row per duty and period of the reporting years: due until the end of that day.
create table config.due_dates (
    form_id varchar not null,
    unit_code varchar not null,
    period varchar not null,
    period_ends date not null,
    due_at timestamp not null
);

-- One row per message and channel; channel is the contact as units.csv names it, blank where there is none.
-- state: pending, sending, sent, held (nowhere to send it), given_up, unconfirmed (perhaps sent, perhaps not).
create table raw.outbox (
    message_id varchar primary key,
    kind varchar not null,
    unit_code varchar not null,
    channel varchar not null,
    subject varchar not null,
    body varchar not null,
    created_at timestamp not null,
    state varchar not null,
    attempts integer not null default 0,
    next_attempt_at timestamp not null,
    sent_at timestamp,
    last_error varchar
);

-- One row per thing a unit has been told, so that it is told once.
-- kind: receipt, reminder, notice, questions, refusal. stage: how pressing it was (and for which due date).
-- Returns settled before messages existed count as told.
create table raw.outbox_items (
    item_id varchar primary key,
    kind varchar not null,
    unit_code varchar not null,
    form_id varchar,
    period varchar,
    stage varchar not null,
    receipt_id varchar,
    told_at timestamp not null
);
insert into raw.outbox_items by name
select
    'before-' || receipt_id as item_id, 'receipt' as kind, unit_code, form_id, period,
    '' as stage, receipt_id, received_at as told_at
from raw.receipts
where status <> 'received';

drop view raw.returns_in_force;
create view raw.returns_in_force as
select * from raw.receipts
where status in ('accepted', 'accepted_with_warnings') and superseded_by is null;

-- One row per question that has been answered. A reply is to a cell and a rule: it holds for every later
-- finding of the same rule on the same project and field while what was found and expected is the same.
-- What compares periods must be answered anew in each of them.
create view raw.finding_replies as
with answered as (
    select
        q.rule_id, q.field, q.project_name, q.value_found, q.value_expected,
        asked.unit_code, asked.form_id, asked.period,
        p.reason, p.note, p.receipt_id as replied_in, carrier.received_at, carrier.file_modified_at
    from raw.replies as p
    inner join raw.findings as q on p.finding_id = q.finding_id
    inner join raw.receipts as asked on q.receipt_id = asked.receipt_id
    inner join raw.receipts as carrier
        on p.receipt_id = carrier.receipt_id and asked.unit_code = carrier.unit_code
)

select f.finding_id, a.reason, a.note, a.replied_in
from raw.findings as f
inner join raw.receipts as r on f.receipt_id = r.receipt_id
left join raw.rules as rule on f.rule_id = rule.rule_id
inner join answered as a
    on f.rule_id = a.rule_id and r.unit_code = a.unit_code and r.form_id = a.form_id
    and f.field is not distinct from a.field and f.project_name is not distinct from a.project_name
    and f.value_found is not distinct from a.value_found
    and f.value_expected is not distinct from a.value_expected
    and (r.period = a.period or coalesce(rule.frame, 'history') <> 'history')
where f.severity = 'warning'
qualify row_number() over (
    partition by f.finding_id order by a.received_at desc, a.file_modified_at desc, a.replied_in) = 1;

-- The questions of the returns in force that nobody has answered yet. An error that a declared reason made
-- a warning has its answer already.
create view raw.open_questions as
select f.receipt_id, f.finding_id, r.unit_code, r.form_id, r.period
from raw.findings as f
inner join raw.returns_in_force as r on f.receipt_id = r.receipt_id
where f.severity = 'warning' and coalesce(f.declared_severity, 'warning') <> 'error'
    and not coalesce(f.is_trial, false)
    and f.finding_id not in (select finding_id from raw.finding_replies);
