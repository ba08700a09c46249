-- Removes everything that 0001 made; the schemas and roles are bootstrap.sql's.
DROP TRIGGER render_event ON helenus.activity_event;
DROP FUNCTION helenus.render_event();
DROP FUNCTION helenus.event_document(helenus.activity_event);
DROP FUNCTION helenus.request_document(helenus.request);
DROP FUNCTION helenus.resolve_cluster(text);
DROP TABLE
    helenus.audit_log, helenus.job_listener, helenus.job, helenus.activity_event,
    helenus.backup_copy_table, helenus.backup_copy, helenus.backup, helenus.request_progress,
    helenus.request, helenus.destination, helenus.node, helenus.enrolment_token, helenus.cluster;
DROP FUNCTION helenus.begin_waiting(text, double precision);
DROP FUNCTION helenus.announce_job();
DROP FUNCTION helenus.create_activity_partitions(integer);
DROP FUNCTION helenus.permitted_clusters();
DROP FUNCTION helenus.all_clusters_permitted();
REVOKE USAGE ON SCHEMA report FROM helenus_report, helenus_api, helenus_executor;
REVOKE USAGE ON SCHEMA helenus FROM helenus_api, helenus_executor;
