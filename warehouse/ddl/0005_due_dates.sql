-- Whether working days were counted in a year whose official calendar is not announced yet.
alter table config.due_dates add column is_provisional boolean default false;
