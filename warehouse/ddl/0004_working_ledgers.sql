-- Working ledgers: photographs, the forms as people call them, what a week at least asks for.
-- The rows of the forms themselves lie in raw.<form_id>, as declared in sources/forms.

-- One row per accepted photograph: which project and month its folder names, what the picture is, and when it was
-- taken, where the picture says so (local time, without zone).
create table raw.photographs (
    receipt_id varchar primary key,
    project varchar not null,
    project_code varchar,
    project_name_key varchar not null,
    month varchar not null,
    image_format varchar not null,
    width integer not null,
    height integer not null,
    taken_at timestamp
);

-- One row per form: what it is called, of which period its returns are (year, month, any), whether it is restricted.
create table config.forms (
    form_id varchar primary key,
    form_name varchar not null,
    period_kind varchar not null,
    is_restricted boolean not null,
    subject varchar not null
);

-- From how many days ahead a node counts as due soon, how many days after a missed date a notice is issued, and
-- after how many days it is repeated while nothing happens.
alter table config.policy add column node_reminder_days integer default 7;
alter table config.policy add column notice_grace_days integer default 0;
alter table config.policy add column notice_repeat_days integer default 7;

-- What each week at least asks for. measure: site_visits, problems_solved_on_site. scope: whether each project, each
-- unit or the district as a whole has to reach it. A rule version is a complete set.
create table config.weekly_minimums (
    rule_version varchar not null,
    valid_from date not null,
    measure varchar not null,
    scope varchar not null,
    minimum integer not null,
    note varchar,
    primary key (rule_version, measure)
);
