-- What a load settled, as numbers that an audit can compare with what lies here later.

-- One row per settled receipt and table that holds rows of it: how many, and a digest of what they say.
-- Columns that change after a receipt is settled (superseded_by, is_answered, is_inbox_cleared) are no part of it.
create table raw.seals (
    receipt_id varchar not null,
    table_name varchar not null,
    row_count bigint not null,
    digest hugeint not null,
    primary key (receipt_id, table_name)
);
