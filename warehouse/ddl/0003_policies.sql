-- Policies: indicators, score rules, size weights, light rules, awards, vetoes, phased plans.
-- Replaced from HOME/config at every load, like the rest of config. Points, weights and rates are DOUBLE, money 万元.

-- Whether names of people may be published (policy.publish_names).
alter table config.district add column publish_names boolean default false;

create table config.indicators (
    indicator_id varchar primary key,
    sort_order integer not null,
    indicator_name varchar not null,
    aliases varchar,
    measure_unit varchar not null,
    source varchar not null,
    measure varchar,
    min_total_wanyuan decimal(18, 4),
    basis varchar,
    provider_unit_code varchar,
    parent_indicator_id varchar
);

-- A rule version is a complete set; parameters as declared, taken apart beside it and in the three tables below.
create table config.score_rules (
    rule_version varchar not null,
    valid_from date not null,
    unit_group varchar not null,
    indicator_id varchar not null,
    shape varchar not null,
    weight double,
    parameters varchar,
    points_above double,
    points_below double,
    exemption varchar not null,
    cap double,
    floor double,
    primary key (rule_version, unit_group, indicator_id)
);
create table config.score_bands (
    rule_version varchar not null,
    unit_group varchar not null,
    indicator_id varchar not null,
    lower_rate double not null,
    points double not null
);
create table config.score_rank_points (
    rule_version varchar not null,
    unit_group varchar not null,
    indicator_id varchar not null,
    place integer not null,
    points double not null
);
create table config.score_exemptions (
    rule_version varchar not null,
    unit_group varchar not null,
    indicator_id varchar not null,
    unit_code varchar not null
);

-- upper_bound_wanyuan is the next band's lower bound; null for the last.
create table config.size_weights (
    rule_version varchar not null,
    valid_from date not null,
    lower_bound_wanyuan decimal(18, 4) not null,
    upper_bound_wanyuan decimal(18, 4),
    weight double not null
);

-- rule_no is the place in the file: rules of one component are tried in that order.
create table config.light_rules (
    rule_version varchar not null,
    valid_from date not null,
    rule_no integer not null,
    component varchar not null,
    light varchar not null,
    measure varchar not null,
    operator varchar not null,
    threshold double not null,
    note varchar
);
create table config.awards (
    award_id varchar primary key,
    award_name varchar not null,
    scope varchar not null,
    unit_group varchar,
    winners integer not null,
    prize_wanyuan decimal(18, 4)
);
create table config.vetoes (
    unit_code varchar not null,
    year integer not null,
    reason varchar not null,
    decided_by varchar,
    decided_at varchar
);

-- project as written, and read as a code and as a name.
create table config.phased_plan (
    project varchar not null,
    project_code varchar not null,
    project_name_key varchar not null,
    period varchar not null,
    planned_ytd_wanyuan decimal(18, 4) not null
);
