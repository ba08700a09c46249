-- Takes away what calls of backups/run wrote, so that the next one finds what the one before it did.
-- As PostgreSQL's superuser.
SET client_min_messages = warning;
DELETE FROM helenus.activity_event AS event USING helenus.request AS request
WHERE event.cluster_id = request.cluster_id AND event.request_id = request.id;
DELETE FROM helenus.backup AS backup USING helenus.request AS request
WHERE backup.cluster_id = request.cluster_id AND backup.request_id = request.id;
TRUNCATE helenus.job, helenus.audit_log, helenus.request CASCADE;
VACUUM helenus.activity_event, helenus.backup, helenus.backup_copy;
