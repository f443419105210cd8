-- Which columns of which form tell of a person, as declared (sources/forms/*/columns.csv): `phone` is published nowhere,
-- `name` only where the district says so. Replaced at every load, like the rest of config.
create table config.personal_fields (
    form_id varchar not null,
    field varchar not null,
    kind varchar not null,
    primary key (form_id, field)
);
