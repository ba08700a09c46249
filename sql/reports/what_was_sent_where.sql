-- How much did backups write to each destination?
--
--   psql -v cluster=Test_Cluster -v days=30 -f what_was_sent_where.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days back from today, in UTC; 30 if it is left out
-- Compiling it would take longer than running it.
SET jit = off;
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
\if :{?days}
    \set chosen_days :days
\else
    \set chosen_days 30
\endif
SELECT
    growth.cluster_id AS "cluster",
    growth.destination_id AS "destination",
    sum(growth.backups) AS "backups",
    sum(growth.new_bytes) AS "bytes sent",
    sum(growth.stored_bytes) AS "bytes written",
    max(growth.largest_bytes) AS "largest backup"
FROM report.storage_growth AS growth
WHERE (:'chosen_cluster' = '' OR growth.cluster_id = :'chosen_cluster')
    AND growth.destination_id <> 'OPSC_ON_SERVER'
    AND growth.day >= (now() AT TIME ZONE 'UTC')::date - :'chosen_days'::integer
GROUP BY growth.cluster_id, growth.destination_id
ORDER BY "bytes written" DESC, growth.cluster_id, growth.destination_id;
