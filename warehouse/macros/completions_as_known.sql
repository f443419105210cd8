-- What fct_completions showed at a moment, with since when and until when: from marts.completions_as_known(timestamp '2019-06-05 12:00').
-- tables: fct_completions_vintages
create macro marts.completions_as_known(moment) as table
select v.* exclude (vintage_key, version_no)
from marts.fct_completions_vintages as v
where v.known_from <= cast(moment as timestamp) and (v.known_to is null or v.known_to > cast(moment as timestamp));

comment on macro table marts.completions_as_known is '某一时刻发布的竣工项目，连同生效、失效时刻。 Completions as the release in force at a moment showed them.';
