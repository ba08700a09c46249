-- Which keyspaces grew most?
--
-- Compares the first and the last day with a whole backup, among the last days, on the nodes.
--
--   psql -v cluster=Test_Cluster -v days=30 -v rows=20 -f what_grew_most.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days back from today, in UTC; 30 if it is left out
--   rows      how many keyspaces; 20 if it is left out
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
\if :{?rows}
    \set chosen_rows :rows
\else
    \set chosen_rows 20
\endif
SELECT
    growth.cluster_id AS "cluster",
    growth.keyspace_name AS "keyspace",
    growth.bytes[1] AS "bytes before",
    growth.bytes[cardinality(growth.bytes)] AS "bytes now",
    growth.bytes[cardinality(growth.bytes)] - growth.bytes[1] AS "grew by"
FROM (
    SELECT
        size.cluster_id, size.keyspace_name, array_agg(size.bytes ORDER BY size.day) AS bytes
    FROM report.keyspace_growth AS size
    WHERE (:'chosen_cluster' = '' OR size.cluster_id = :'chosen_cluster')
        AND size.destination_id = 'OPSC_ON_SERVER'
        AND size.day >= (now() AT TIME ZONE 'UTC')::date - :'chosen_days'::integer
    GROUP BY size.cluster_id, size.keyspace_name
) AS growth
ORDER BY "grew by" DESC, growth.cluster_id, growth.keyspace_name
LIMIT :'chosen_rows'::integer;
