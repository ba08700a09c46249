-- Takes away what calls of backups/run wrote, so that the next one finds what the one before it did.
-- As PostgreSQL's superuser. Backups go first: a call that is still being answered may leave one whose
-- second is taken, but no event of a second that is free.
SET client_min_messages = warning;
DELETE FROM helenus.backup WHERE request_id IS NOT NULL;
DELETE FROM helenus.activity_event WHERE status = 'running';
TRUNCATE helenus.job, helenus.audit_log, helenus.request CASCADE;
VACUUM helenus.activity_event, helenus.backup, helenus.backup_copy;
