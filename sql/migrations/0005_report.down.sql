-- Removes what 0006 added.
DROP VIEW
    report.retention_forecast, report.retention_rules, report.restore_history,
    report.slow_nodes, report.node_throughput,
    report.keyspace_growth, report.storage_growth, report.recovery_points, report.daily_outcomes,
    report.backup_tables, report.backup_history;
DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY[
        'cluster', 'node', 'destination', 'backup', 'backup_copy', 'backup_copy_table',
        'backup_copy_node', 'activity_event', 'schedule'
    ] LOOP
        EXECUTE format('DROP POLICY reported_only ON helenus.%I', table_name);
        EXECUTE format('DROP POLICY reported ON helenus.%I', table_name);
    END LOOP;
END
$$;
DROP FUNCTION helenus.all_clusters_reported();
DROP FUNCTION helenus.reported_clusters();
DROP TABLE helenus.report_reader;
CREATE OR REPLACE FUNCTION helenus.render_event() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.document := NULL;
    IF NEW.status <> 'running' THEN
        NEW.document := helenus.event_document(NEW);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION helenus.render_event() IS
    'Keeps the document of a finished event true, in the transaction that changes the event.';
ALTER TABLE helenus.activity_event DROP COLUMN day;
ALTER TABLE helenus.backup DROP COLUMN day;
DROP INDEX helenus.backup_copy_newest;
DROP TRIGGER note_backup_time ON helenus.backup_copy;
DROP FUNCTION helenus.note_backup_time();
ALTER TABLE helenus.backup_copy
    DROP CONSTRAINT backup_copy_listed_has_a_time,
    DROP COLUMN backup_time;
DROP TABLE helenus.backup_copy_node;
