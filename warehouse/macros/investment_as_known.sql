-- What fct_investment showed at a moment, with since when and until when: from marts.investment_as_known(timestamp '2019-06-05 12:00').
-- tables: fct_investment_vintages
create macro marts.investment_as_known(moment) as table
select v.* exclude (vintage_key, version_no)
from marts.fct_investment_vintages as v
where v.known_from <= cast(moment as timestamp) and (v.known_to is null or v.known_to > cast(moment as timestamp));

comment on macro table marts.investment_as_known is '某一时刻发布的项目投资进度，连同生效、失效时刻。 Investment progress as the release in force at a moment showed it.';
