-- The tables Python owns in work.duckdb. dbt reads them and never writes them.
-- Times are the district's local time. Money is DECIMAL(18,4) in 万元.
create schema if not exists raw;
create schema if not exists config;
create schema if not exists reference;

-- One row per load. now_at is the clock of the load: it stamps receipts and decides what is due.
create table raw.loads (
    load_id varchar primary key,
    now_at timestamp not null,
    is_finished boolean not null default false
);

-- One row per file that ever reached the inbox.
-- status: received (not yet decided), accepted, accepted_with_warnings, refused, duplicate.
create table raw.receipts (
    receipt_id varchar primary key,
    load_id varchar not null,
    unit_code varchar not null,
    inbox_path varchar not null,
    file_name varchar not null,
    sha256 varchar not null,
    size_bytes bigint not null,
    file_modified_at timestamp not null,
    modified_ns bigint not null,
    received_at timestamp not null,
    is_inbox_cleared boolean not null,
    status varchar not null,
    form_id varchar,
    period varchar,
    is_restricted boolean not null default false,
    version_no integer,
    superseded_by varchar,
    duplicate_of varchar,
    refused_because varchar
);

-- One row per sheet of every readable return: what each of its rows was taken for.
create table raw.sheets (
    receipt_id varchar not null,
    sheet_index integer not null,
    sheet varchar not null,
    is_hidden boolean not null,
    used_rows integer not null,
    title_rows integer not null,
    header_rows integer not null,
    category_rows integer not null,
    total_rows integer not null,
    note_rows integer not null,
    blank_rows integer not null,
    continuation_rows integer not null,
    data_rows integer not null,
    used_cells integer not null,
    counted_cells integer,
    primary key (receipt_id, sheet_index)
);

-- One row per column of every located table block; field is null for an unknown column.
create table raw.columns (
    receipt_id varchar not null,
    sheet varchar not null,
    block_no integer not null,
    column_number integer not null,
    column_letter varchar not null,
    header_row integer not null,
    heading varchar not null,
    field varchar,
    unit varchar,
    unit_source varchar
);

-- One row per non-empty cell of every readable return, exactly as read.
create table raw.cells (
    receipt_id varchar not null,
    sheet varchar not null,
    row_number integer not null,
    column_number integer not null,
    kind varchar not null,
    raw_text varchar not null
);

-- One row per cell whose value was changed on the way to its type: what was done, in order.
create table raw.normalisations (
    receipt_id varchar not null,
    sheet varchar not null,
    row_number integer not null,
    column_number integer not null,
    field varchar not null,
    steps varchar not null
);

-- One row per finding of every return.
create table raw.findings (
    finding_id varchar primary key,
    receipt_id varchar not null,
    rule_id varchar not null,
    severity varchar not null,
    sheet varchar,
    cell varchar,
    row_number integer,
    field varchar,
    project_name varchar,
    value_found varchar,
    value_expected varchar,
    message varchar not null
);

-- The rule catalogue as it stood at the last load.
create table raw.rules (
    rule_id varchar primary key,
    form_id varchar,
    level integer not null,
    severity varchar not null,
    field varchar,
    title varchar not null,
    message varchar not null,
    remedy varchar not null,
    reason varchar not null,
    valid_from date not null,
    valid_to date
);

-- The district's registry, replaced from HOME/config at every load.
create table config.district (
    name varchar not null,
    code varchar not null,
    reporting_year integer not null,
    timezone varchar not null,
    time_progress varchar not null,
    lights varchar not null
);
create table config.units (
    unit_code varchar primary key,
    unit_name varchar not null,
    unit_type varchar not null,
    aliases varchar,
    assessed boolean not null,
    unit_group varchar,
    contacts varchar,
    valid_from date,
    valid_to date
);
create table config.unit_names (
    name_key varchar not null,
    unit_code varchar not null
);
create table config.reporting_plan (
    form_id varchar not null,
    unit_code varchar not null,
    cadence varchar not null,
    due_rule varchar not null,
    first_period varchar,
    last_period varchar,
    skip_months varchar
);
-- Ids are normalised like the codes of the forms; *_key holds a name's comparison form.
create table config.links (
    left_source varchar not null,
    left_id varchar not null,
    right_source varchar not null,
    right_id varchar not null,
    decided_by varchar,
    decided_at varchar,
    note varchar
);
-- Every project code named by a confirmed link between ledger projects, with the code of its group.
create table config.project_links (
    project_code varchar primary key,
    canonical_code varchar not null
);
create table config.policy (
    fai_threshold_wanyuan decimal(18, 4) not null,
    reconciliation_tolerance_wanyuan decimal(18, 4) not null,
    proposal_similarity double not null,
    minimum_published_count integer not null
);
create table config.size_bands (
    size_band varchar not null,
    lower_bound_wanyuan decimal(18, 4) not null,
    upper_bound_wanyuan decimal(18, 4)
);
create table reference.administrative_divisions (
    division_code varchar primary key,
    division_name varchar not null,
    level varchar not null,
    parent_code varchar,
    valid_from varchar,
    valid_to varchar
);
create table reference.industry_sections (
    section_code varchar primary key,
    section_name varchar not null
);
create table reference.industry_divisions (
    division_code varchar primary key,
    division_name varchar not null,
    section_code varchar not null
);
create table reference.working_calendar (
    calendar_date date primary key,
    is_working_day boolean not null,
    day_name varchar
);

-- The version in force of each slot (unit, form, period).
create view raw.returns_in_force as
select * from raw.receipts
where status in ('accepted', 'accepted_with_warnings') and superseded_by is null;
