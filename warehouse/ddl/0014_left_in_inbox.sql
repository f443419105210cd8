-- One row per complete file that the last load could neither take nor remove: it is not offered anew at every look.
create table raw.left_in_inbox (
    inbox_path varchar not null,
    size_bytes bigint not null,
    modified_ns bigint not null,
    noted_at timestamp not null
);
