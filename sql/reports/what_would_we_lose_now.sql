-- What would we lose if the nodes were lost now?
--
-- For each keyspace the backup to go back to, where it lies and how much time is lost. A backup on
-- the nodes is lost with them: of a keyspace that has no other one everything would be lost.
--
--   psql -v cluster=Test_Cluster -f what_would_we_lose_now.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
-- Compiling it would take longer than running it.
SET jit = off;
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
SELECT
    point.cluster_id AS "cluster",
    point.keyspace_name AS "keyspace",
    point.sent_tag AS "backup",
    point.sent_destination_id AS "destination",
    COALESCE(round((extract(epoch FROM point.sent_age) / 3600)::numeric, 1) || ' hours',
        'everything') AS "lost"
FROM report.recovery_points AS point
WHERE (:'chosen_cluster' = '' OR point.cluster_id = :'chosen_cluster')
    AND NOT point.is_system
ORDER BY point.sent_backup_time NULLS FIRST, point.cluster_id, point.keyspace_name;
