-- A file taken out of a zip package is a receipt of its own: whose, and which of its members (from 1).
alter table raw.receipts add column package_receipt_id varchar;
alter table raw.receipts add column member_number integer;
