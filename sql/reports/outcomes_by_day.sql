-- How did backups, restores and the rest end, day by day?
--
--   psql -v cluster=Test_Cluster -v days=7 -f outcomes_by_day.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days back from today, in UTC; 7 if it is left out
\if :{?cluster}
\else
    \set cluster ''
\endif
\if :{?days}
\else
    \set days 7
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
WHERE (:'cluster' = '' OR outcome.cluster_id = :'cluster')
    AND outcome.day > (now() AT TIME ZONE 'UTC')::date - :'days'::integer
GROUP BY outcome.day, outcome.type
ORDER BY outcome.day DESC, outcome.type;
