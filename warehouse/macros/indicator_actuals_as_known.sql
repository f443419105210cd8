-- What fct_indicator_actuals showed at a moment, with since when and until when: from marts.indicator_actuals_as_known(timestamp '2019-06-05 12:00').
-- tables: fct_indicator_actuals_vintages
create macro marts.indicator_actuals_as_known(moment) as table
select v.* exclude (vintage_key, version_no)
from marts.fct_indicator_actuals_vintages as v
where v.known_from <= cast(moment as timestamp) and (v.known_to is null or v.known_to > cast(moment as timestamp));

comment on macro table marts.indicator_actuals_as_known is '某一时刻发布的指标完成数。 Achieved figures as the release in force at a moment showed them.';
