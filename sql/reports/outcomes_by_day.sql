-- How did backups, restores and the rest end, day by day?
--
--   psql -v cluster=Test_Cluster -v days=7 -f outcomes_by_day.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days back from today, in UTC; 7 if it is left out
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
    \set chosen_days 7
\endif
SELECT
    outcome.day AS "day",
    outcome.type AS "type",
    sum(outcome.success) AS "success",
    sum(outcome.partial) AS "partial",
    sum(outcome.error) AS "error",
    sum(outcome.cancelled) AS "cancelled",
    sum(outcome.running) AS "running"
FROM report.daily_outcomes AS outcome
WHERE (:'chosen_cluster' = '' OR outcome.cluster_id = :'chosen_cluster')
    AND outcome.day > (now() AT TIME ZONE 'UTC')::date - :'chosen_days'::integer
GROUP BY outcome.day, outcome.type
ORDER BY outcome.day DESC, outcome.type;
