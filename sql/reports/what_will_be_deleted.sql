-- Which backups will retention delete in the next days?
--
-- By age alone: what a rule with keep wants besides stays longer.
--
--   psql -v cluster=Test_Cluster -v days=7 -f what_will_be_deleted.sql
--
--   cluster   only this cluster; all that the login may see if it is left out
--   days      how many days ahead; 7 if it is left out
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
-- The oldest backup that a rule keeps for longer is a value, not an expression, so that an index of
-- the backups' times serves.
WITH rule AS MATERIALIZED (
    SELECT
        rule.cluster_id, rule.schedule_id, rule.destination_id,
        now() + make_interval(days => :'chosen_days'::integer) - rule.kept_for AS kept_since
    FROM report.retention_rules AS rule
    WHERE (:'chosen_cluster' = '' OR rule.cluster_id = :'chosen_cluster')
        AND rule.kept_for IS NOT NULL
)
SELECT
    to_char(forecast.deleted_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS "from (UTC)",
    forecast.cluster_id AS "cluster",
    forecast.tag AS "backup",
    forecast.destination_id AS "destination",
    forecast.bytes AS "bytes",
    forecast.rule AS "rule"
FROM rule
CROSS JOIN LATERAL (
    SELECT forecast.*
    FROM report.retention_forecast AS forecast
    WHERE forecast.cluster_id = rule.cluster_id AND forecast.destination_id = rule.destination_id
        AND forecast.backup_time < rule.kept_since AND forecast.deleted_from IS NOT NULL
    OFFSET 0 -- Rule by rule, not all backups against all rules.
) AS forecast
WHERE forecast.schedule_id = rule.schedule_id
ORDER BY forecast.deleted_from, forecast.cluster_id, forecast.tag, forecast.destination_id;
