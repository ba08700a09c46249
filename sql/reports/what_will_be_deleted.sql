-- Which backups will retention delete in the next days?
--
-- By age alone: what a rule with keep wants besides stays longer.
--
--   psql -v cluster=Test_Cluster -v days=7 -f what_will_be_deleted.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days ahead; 7 if it is left out
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
\if :{?days}
    \set chosen_days :days
\else
    \set chosen_days 7
\endif
SELECT
    to_char(forecast.deleted_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS "from (UTC)",
    forecast.cluster_id AS "cluster",
    forecast.tag AS "backup",
    forecast.destination_id AS "destination",
    forecast.bytes AS "bytes",
    forecast.rule AS "rule"
FROM report.retention_forecast AS forecast
WHERE (:'chosen_cluster' = '' OR forecast.cluster_id = :'chosen_cluster')
    AND forecast.deleted_from < now() + make_interval(days => :'chosen_days'::integer)
ORDER BY forecast.deleted_from, forecast.cluster_id, forecast.tag, forecast.destination_id;
