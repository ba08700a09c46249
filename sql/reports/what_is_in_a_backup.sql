-- What is in a backup, on each destination?
--
--   psql -v cluster=Test_Cluster -v tag=opscenter_adhoc_2026-11-25-02-30-00-UTC -f what_is_in_a_backup.sql
--
--   cluster   the cluster, required
--   tag       the backup's name; the cluster's newest good backup if it is left out
-- Compiling it would take longer than running it.
SET jit = off;
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
\if :{?tag}
    \set chosen_tag :tag
\else
    SELECT COALESCE((
        SELECT history.tag
        FROM report.backup_history AS history
        WHERE history.cluster_id = :'chosen_cluster' AND history.is_good
        ORDER BY history.backup_time DESC, history.tag DESC
        LIMIT 1), '') AS chosen_tag \gset
\endif
SELECT
    held.destination_id AS "destination",
    held.keyspace_name AS "keyspace",
    held.table_name AS "table",
    held.nodes AS "nodes",
    held.files AS "files",
    held.bytes AS "bytes",
    CASE WHEN held.failed_nodes > 0
        THEN held.failed_nodes || ' not whole: ' || COALESCE(held.message, '') ELSE '' END
        AS "problem"
FROM report.backup_tables AS held
WHERE held.cluster_id = :'chosen_cluster' AND held.tag = :'chosen_tag'
ORDER BY held.destination_id, held.keyspace_name, held.table_name;
