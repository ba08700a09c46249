-- Which nodes slow our backups down?
--
-- Nodes that, in the last 30 days, took at least half as long again as the middle one of their
-- cluster for the same amount of data; the slowest first.
--
--   psql -v cluster=Test_Cluster -f which_node_slows_us_down.sql
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
    slow.cluster_id AS "cluster",
    slow.node_address AS "node",
    CASE slow.destination_id WHEN 'OPSC_ON_SERVER' THEN 'capture'
        ELSE 'sending to ' || slow.destination_id END AS "at",
    slow.runs AS "runs",
    round(slow.bytes_per_second) AS "bytes/s",
    round(slow.cluster_bytes_per_second) AS "others' bytes/s",
    round(slow.times_slower::numeric, 1) AS "times slower"
FROM report.slow_nodes AS slow
WHERE :'chosen_cluster' = '' OR slow.cluster_id = :'chosen_cluster'
ORDER BY slow.times_slower DESC, slow.cluster_id, slow.node_address, slow.destination_id;
