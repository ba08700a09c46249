-- Did every backup of a day end well?
--
-- A line for each backup and destination of that day that did not, with the cause; one that still
-- runs is one of them. No line: all that was begun ended well.
--
--   psql -v cluster=Test_Cluster -v day=2026-11-25 -f did_every_backup_end_well.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   day       the day in UTC; yesterday if it is left out
-- Compiling it would take longer than running it.
SET jit = off;
\if :{?cluster}
    \set chosen_cluster :cluster
\else
    \set chosen_cluster ''
\endif
\if :{?day}
    \set chosen_day :day
\else
    SELECT (now() AT TIME ZONE 'UTC')::date - 1 AS chosen_day \gset
\endif
SELECT
    history.cluster_id AS "cluster",
    history.tag AS "backup",
    history.destination AS "destination",
    history.status AS "status",
    history.message AS "cause"
FROM report.backup_history AS history
WHERE (:'chosen_cluster' = '' OR history.cluster_id = :'chosen_cluster')
    AND history.day = :'chosen_day'::date
    AND history.status <> 'success'
ORDER BY history.cluster_id, history.backup_time, history.tag, history.destination_id;
