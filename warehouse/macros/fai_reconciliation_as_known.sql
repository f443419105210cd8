-- What the reconciliation showed at a moment, unit by unit: from marts.fai_reconciliation_as_known(timestamp '2019-06-05 12:00').
-- tables: mart_fai_reconciliation_vintages
create macro marts.fai_reconciliation_as_known(moment) as table
select v.* exclude (vintage_key, version_no)
from marts.mart_fai_reconciliation_vintages as v
where v.known_from <= cast(moment as timestamp) and (v.known_to is null or v.known_to > cast(moment as timestamp));

comment on macro table marts.fai_reconciliation_as_known is '某一时刻发布的台账与统计核对汇总。 The reconciliation in totals as the release in force at a moment showed it.';
