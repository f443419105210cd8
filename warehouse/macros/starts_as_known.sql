-- What fct_starts showed at a moment, with since when and until when: from marts.starts_as_known(timestamp '2019-06-05 12:00').
-- tables: fct_starts_vintages
create macro marts.starts_as_known(moment) as table
select v.* exclude (vintage_key, version_no)
from marts.fct_starts_vintages as v
where v.known_from <= cast(moment as timestamp) and (v.known_to is null or v.known_to > cast(moment as timestamp));

comment on macro table marts.starts_as_known is '某一时刻发布的开工项目。 Starts as the release in force at a moment showed them.';
