-- Two times: what was published when, and with which configuration. Written once and never changed afterwards, but for
-- the end of an interval that was still open.

-- Every configuration a load ever worked with: taizhang.toml and config/*.csv, each by the hash of its bytes in the
-- archive. config_hash is the hash over the list of them.
create table raw.config_files (
    config_hash varchar not null,
    path varchar not null,
    sha256 varchar not null,
    size_bytes bigint not null,
    primary key (config_hash, path)
);
-- With which of them a load worked, and a fingerprint of the version of the product. Null before they were kept.
alter table raw.loads add column config_hash varchar;
alter table raw.loads add column product varchar;

-- One table for every mart that is versioned, of the same name; made when it is recorded first.
create schema history;

-- One row per published release: the load it shows, and that load's moment.
create table history.releases (
    load_id varchar primary key,
    release_id integer not null,
    now_at timestamp not null,
    config_hash varchar,
    product varchar
);

-- How far each message of the outbox had come when a release was built: from known_from up to, not including, known_to.
create table history.messages (
    message_id varchar not null,
    state varchar not null,
    attempts integer not null,
    sent_at timestamp,
    known_from timestamp not null,
    known_to timestamp
);
