-- Which keyspaces have no good backup of the last hours?
--
--   psql -v cluster=Test_Cluster -v hours=24 -f keyspaces_without_a_good_backup.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   hours     how old a backup may be; 24 if it is left out
-- Compiling it would take longer than running it.
SET jit = off;
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
\if :{?hours}
    \set chosen_hours :hours
\else
    \set chosen_hours 24
\endif
SELECT
    point.cluster_id AS "cluster",
    point.keyspace_name AS "keyspace",
    COALESCE(point.tag, 'none') AS "newest good backup",
    round((extract(epoch FROM point.age) / 3600)::numeric, 1) AS "hours ago"
FROM report.recovery_points AS point
WHERE (:'chosen_cluster' = '' OR point.cluster_id = :'chosen_cluster')
    AND NOT point.is_system
    AND (point.age IS NULL OR point.age > make_interval(hours => :'chosen_hours'::integer))
ORDER BY point.age DESC NULLS FIRST, point.cluster_id, point.keyspace_name;
