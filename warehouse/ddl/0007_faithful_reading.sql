-- What a person does not see of a cell, or sees otherwise: hidden, filtered away, struck through, far outside the
-- table. The values are kept like all others. Null in what was read before this was looked at.

-- marks: hidden_row, filtered_row (hidden too), hidden_column, struck, stray; apart by “;”, null without one.
alter table raw.cells add column marks varchar;

-- How many rows and columns that hold something are hidden, how many filled cells are struck through or stray.
alter table raw.sheets add column hidden_rows integer;
alter table raw.sheets add column filtered_rows integer;
alter table raw.sheets add column hidden_columns integer;
alter table raw.sheets add column struck_cells integer;
alter table raw.sheets add column stray_cells integer;
-- Whether the file counts its days from 1904.
alter table raw.sheets add column is_1904 boolean;
