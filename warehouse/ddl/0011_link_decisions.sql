-- What was decided about the two sides of a link: 'confirmed', the same project; 'rejected', not the same.
alter table config.links add column decision varchar default 'confirmed';
