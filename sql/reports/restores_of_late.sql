-- What was restored of late, and how did it end?
--
--   psql -v cluster=Test_Cluster -v days=30 -f restores_of_late.sql
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
    to_char(history.asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS "asked at (UTC)",
    history.cluster_id AS "cluster",
    history.tag AS "backup",
    history.destination_id AS "from",
    history.status AS "status",
    round(history.seconds) AS "seconds",
    history.message AS "cause"
FROM report.restore_history AS history
WHERE (:'chosen_cluster' = '' OR history.cluster_id = :'chosen_cluster')
    AND history.day >= (now() AT TIME ZONE 'UTC')::date - :'chosen_days'::integer
ORDER BY history.asked_at DESC, history.cluster_id, history.tag, history.destination_id;
